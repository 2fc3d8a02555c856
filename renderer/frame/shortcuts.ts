/** What a key does anywhere in the app. */
export type Shortcut =
  | { readonly type: "screen"; readonly index: number }
  | { readonly type: "palette" }
  | { readonly type: "keys" };

export interface PressedKey {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  /** `typing` while the focus is in a field that takes text. */
  readonly focus: "typing" | "elsewhere";
}

/** The shortcut for a key press, or null. Plain characters do nothing while the person types. */
export function shortcutFor(pressed: PressedKey, screens: number): Shortcut | null {
  if (pressed.altKey) return null;
  if (pressed.ctrlKey || pressed.metaKey) {
    if (pressed.key.toLowerCase() === "k") return { type: "palette" };
    const digit = /^[1-9]$/.test(pressed.key) ? Number(pressed.key) : 0;
    return digit >= 1 && digit <= screens ? { type: "screen", index: digit - 1 } : null;
  }
  return pressed.key === "?" && pressed.focus === "elsewhere" ? { type: "keys" } : null;
}

/** Whether an element takes typed text. */
export const takesText = (element: EventTarget | null): boolean =>
  element instanceof HTMLElement &&
  (element.isContentEditable ||
    element.matches("textarea, select, input:not([type=checkbox], [type=radio])"));
