/** What a key means in the Inbox. */
export type InboxCommand =
  | "next"
  | "previous"
  | "first"
  | "last"
  | "once"
  | "run"
  | "rule"
  | "edit"
  | "deny"
  | "close";

const COMMANDS: Readonly<Record<string, InboxCommand>> = {
  j: "next",
  ArrowDown: "next",
  k: "previous",
  ArrowUp: "previous",
  Home: "first",
  End: "last",
  a: "once",
  r: "run",
  w: "rule",
  e: "edit",
  d: "deny",
  Escape: "close",
};

/** Where a key went down: `typing` in a field or inside a dialog, where letters are letters. */
export type KeyPlace = "screen" | "typing";

export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

/** The command of a key, or null when it is not the Inbox's. Never one with a modifier. */
export function commandOf(press: KeyPress, place: KeyPlace): InboxCommand | null {
  if (place === "typing" || press.ctrlKey || press.metaKey || press.altKey || press.shiftKey) return null;
  return Object.hasOwn(COMMANDS, press.key) ? (COMMANDS[press.key] ?? null) : null;
}
