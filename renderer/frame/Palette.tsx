import { Command } from "cmdk";
import { Dialog } from "radix-ui";
import { type KeyboardEvent, useEffect, useEffectEvent, useMemo, useState } from "react";
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
  const [selected, setSelected] = useState("");
  /** `held` from an Enter that came before the agents that can be launched were known. */
  const [enter, setEnter] = useState<"none" | "held">("none");
  // The actions as they were when it opened: a list under the fingers must not change.
  const entries = useMemo(() => {
    const manifests = loaded.status === "ready" ? loaded.output.manifests : [];
    return paletteEntries({ system: live.store.getState().system, manifests, actions, go });
  }, [live, loaded, actions, go]);
  const groups = useMemo(() => {
    const shown = paletteMatches(entries, query);
    return GROUPS.map((name) => ({ name, members: shown.filter(({ group }) => group === name) })).filter(
      ({ members }) => members.length > 0,
    );
  }, [entries, query]);
  const listed = groups.flatMap(({ members }) => members);
  const [first] = listed;

  const run = (entry: PaletteEntry | undefined): void => {
    setEnter("none");
    if (!entry) return;
    onClose();
    entry.run();
  };
  const onEnter = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || event.nativeEvent.isComposing) return;
    event.preventDefault();
    const chosen = listed.find(({ id }) => id === selected);
    // What a person has gone to is meant; the first of an unfinished list may not be.
    if (loaded.status === "loading" && (!chosen || chosen === first)) setEnter("held");
    else run(chosen ?? first);
  };
  const onReady = useEffectEvent(() => run(first));
  useEffect(() => {
    if (enter === "held" && loaded.status !== "loading") onReady();
  }, [enter, loaded.status]);

  return (
    // Ctrl+K opens this list and must not move in it, as it would with cmdk's keys of vi.
    <Command
      label="Commands"
      shouldFilter={false}
      loop
      vimBindings={false}
      value={selected}
      onValueChange={setSelected}
      onKeyDown={onEnter}
    >
      <Command.Input
        className={styles.input}
        placeholder="Type a command, an agent or its id"
        value={query}
        onValueChange={(text) => {
          setQuery(text);
          setEnter("none");
        }}
      />
      <Command.List className={styles.list}>
        <Command.Empty className={styles.none}>
          {loaded.status === "loading" ? "Looking…" : "No command has these words."}
        </Command.Empty>
        {groups.map(({ name, members }) => (
          <Command.Group key={name} heading={name}>
            {members.map((entry) => (
              <Command.Item
                key={entry.id}
                value={entry.id}
                className={styles.item}
                onSelect={() => run(entry)}
              >
                <span className={styles.label}>{entry.label}</span>
                <span className={styles.detail}>{entry.detail}</span>
                {entry.keys && <Kbd keys={entry.keys} />}
              </Command.Item>
            ))}
          </Command.Group>
        ))}
      </Command.List>
    </Command>
  );
}
