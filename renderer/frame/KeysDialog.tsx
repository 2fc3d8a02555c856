import { Dialog } from "../components/Dialog.tsx";
import { Kbd } from "../components/Kbd.tsx";
import styles from "./KeysDialog.module.css";
import { SCREENS } from "./screens.ts";

interface KeyEntry {
  readonly keys: readonly string[];
  readonly does: string;
}

const GROUPS: readonly { readonly title: string; readonly entries: readonly KeyEntry[] }[] = [
  {
    title: "Anywhere",
    entries: [
      ...SCREENS.map((screen, index) => ({ keys: [`Mod+${index + 1}`], does: screen.label })),
      { keys: ["Mod+K"], does: "Commands" },
      { keys: ["?"], does: "These keys" },
      { keys: ["Esc"], does: "Close or clear" },
    ],
  },
  {
    title: "Inbox",
    entries: [
      { keys: ["J", "K"], does: "Next or previous request" },
      { keys: ["A"], does: "Allow once, or send the answer" },
      { keys: ["R"], does: "Allow for this run" },
      { keys: ["W"], does: "Allow and add a rule" },
      { keys: ["E"], does: "Change the arguments" },
      { keys: ["D"], does: "Deny, with a reason" },
      { keys: ["Esc"], does: "Leave the rule or the change" },
    ],
  },
  {
    title: "Snapshots of an agent",
    entries: [
      { keys: ["↑", "↓"], does: "Move" },
      { keys: ["Enter"], does: "View" },
      { keys: ["C"], does: "Compare" },
      { keys: ["F"], does: "Fork" },
      { keys: ["R"], does: "Rewind" },
      { keys: ["P"], does: "Pin or unpin" },
    ],
  },
  {
    title: "Memory",
    entries: [
      { keys: ["/"], does: "Search" },
      { keys: ["↑", "↓"], does: "Move" },
      { keys: ["Enter"], does: "Show the item" },
      { keys: ["P"], does: "Pin or unpin" },
      { keys: ["Delete"], does: "Delete, with a way back" },
    ],
  },
  {
    title: "Files",
    entries: [
      { keys: ["/"], does: "Search" },
      { keys: ["←", "→"], does: "Close or open a folder" },
      { keys: ["Enter"], does: "Show the file" },
      { keys: ["Backspace"], does: "To the folder above" },
      { keys: ["F2"], does: "Rename or move" },
      { keys: ["Delete"], does: "Into the trash" },
    ],
  },
  {
    title: "Versions of a file",
    entries: [
      { keys: ["Enter"], does: "All of it, or what changed" },
      { keys: ["C"], does: "Compare" },
      { keys: ["R"], does: "Roll back" },
      { keys: ["P"], does: "Pin or unpin" },
    ],
  },
  {
    title: "Agent table",
    entries: [
      { keys: ["/"], does: "Filter" },
      { keys: ["↑", "↓"], does: "Move" },
      { keys: ["Enter"], does: "Open the agent" },
      { keys: ["Space"], does: "Pause or resume" },
      { keys: ["+", "-"], does: "Raise or lower priority" },
      { keys: ["Delete"], does: "Kill, after asking" },
    ],
  },
];

export interface KeysDialogProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
}

export function KeysDialog({ open, onOpenChange }: KeysDialogProps) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Keys">
      <div className={styles.groups}>
        {GROUPS.map((group) => (
          <section key={group.title}>
            <h3>{group.title}</h3>
            <ul className={styles.list}>
              {group.entries.map((entry) => (
                <li key={entry.does} className={styles.row}>
                  <span className="soft">{entry.does}</span>
                  <span className={styles.keys}>
                    {entry.keys.map((keys) => (
                      <Kbd key={keys} keys={keys} />
                    ))}
                  </span>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
