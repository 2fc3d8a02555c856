/** What a key means in the list of snapshots. */
export type SnapshotCommand =
  | { readonly type: "move"; readonly to: "previous" | "next" | "first" | "last" }
  | { readonly type: "act"; readonly action: SnapshotAction };

export type SnapshotAction = "view" | "compare" | "fork" | "rewind" | "pin";

const COMMANDS: Readonly<Record<string, SnapshotCommand>> = {
  ArrowUp: { type: "move", to: "previous" },
  ArrowDown: { type: "move", to: "next" },
  Home: { type: "move", to: "first" },
  End: { type: "move", to: "last" },
  Enter: { type: "act", action: "view" },
  c: { type: "act", action: "compare" },
  f: { type: "act", action: "fork" },
  r: { type: "act", action: "rewind" },
  p: { type: "act", action: "pin" },
};

export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

/** The command of a key, or null when it is none of the list's. Never one with a modifier. */
export function snapshotCommand({ key, ctrlKey, metaKey, altKey }: KeyPress): SnapshotCommand | null {
  if (ctrlKey || metaKey || altKey) return null;
  return Object.hasOwn(COMMANDS, key) ? (COMMANDS[key] ?? null) : null;
}

/** The place that a move leads to in a list of `length`, from `index`; -1 is before the first. */
export function movedIndex(
  index: number,
  length: number,
  to: "previous" | "next" | "first" | "last",
): number {
  switch (to) {
    case "first":
      return 0;
    case "last":
      return length - 1;
    case "previous":
      return Math.max(0, index - 1);
    case "next":
      return Math.min(length - 1, index + 1);
  }
}
