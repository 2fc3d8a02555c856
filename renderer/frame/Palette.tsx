import { Command } from "cmdk";
import { Dialog } from "radix-ui";
import { useMemo, useState } from "react";
import { Kbd } from "../components/Kbd.tsx";
import { useLiveStore, useLoaded, useNavigation } from "../store.tsx";
import { useActions } from "./actions.tsx";
import styles from "./Palette.module.css";
import { type PaletteEntry, paletteEntries, paletteMatches } from "./palette-entries.ts";

const GROUPS: readonly PaletteEntry["group"][] = [
  "Go to",
  "Launch",
  "Servers",
  "Models",
  "Agents",
  "Settings",
];

export interface PaletteProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
}

/** Every action, by name. */
export function Palette({ open, onOpenChange }: PaletteProps) {
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className={styles.backdrop} />
        <Dialog.Content className={styles.palette} aria-describedby={undefined}>
          <Dialog.Title className="unseen">Commands</Dialog.Title>
          <PaletteBody onClose={() => onOpenChange(false)} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function PaletteBody({ onClose }: { readonly onClose: () => void }) {
  const live = useLiveStore();
  const actions = useActions();
  const { go } = useNavigation();
  const { loaded } = useLoaded("agents.catalogue", {});
  const [query, setQuery] = useState("");
  // The actions as they were when it opened: a list under the fingers must not change.
  const entries = useMemo(() => {
    const manifests = loaded.status === "ready" ? loaded.output.manifests : [];
    return paletteEntries({ system: live.store.getState().system, manifests, actions, go });
  }, [live, loaded, actions, go]);
  const shown = useMemo(() => paletteMatches(entries, query), [entries, query]);
  return (
    <Command label="Commands" shouldFilter={false} loop>
      <Command.Input
        className={styles.input}
        placeholder="Type a command, an agent or its id"
        value={query}
        onValueChange={setQuery}
      />
      <Command.List className={styles.list}>
        <Command.Empty className={styles.none}>No command has these words.</Command.Empty>
        {GROUPS.map((group) => {
          const members = shown.filter((entry) => entry.group === group);
          return members.length === 0 ? null : (
            <Command.Group key={group} heading={group}>
              {members.map((entry) => (
                <Command.Item
                  key={entry.id}
                  value={entry.id}
                  className={styles.item}
                  onSelect={() => {
                    onClose();
                    entry.run();
                  }}
                >
                  <span className={styles.label}>{entry.label}</span>
                  <span className={styles.detail}>{entry.detail}</span>
                  {entry.keys && <Kbd keys={entry.keys} />}
                </Command.Item>
              ))}
            </Command.Group>
          );
        })}
      </Command.List>
    </Command>
  );
}
