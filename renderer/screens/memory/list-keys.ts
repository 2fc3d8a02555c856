/** What a key does in the list of items. */
export type ListCommand =
  | { readonly type: "move"; readonly to: number }
  | { readonly type: "choose" }
  | { readonly type: "pin" }
  | { readonly type: "delete" };

/** The command of a key on the row at `at` (-1: none yet) of `count`; null when it is none. `page`: rows in view. */
export function listCommand(key: string, at: number, count: number, page: number): ListCommand | null {
  const move = (to: number): ListCommand | null =>
    count === 0 ? null : { type: "move", to: Math.min(count - 1, Math.max(0, to)) };
  switch (key) {
    case "ArrowDown":
      return move(at + 1);
    case "ArrowUp":
      return move(at - 1);
    case "PageDown":
      return move(Math.max(at, 0) + page);
    case "PageUp":
      return move(at - page);
    case "Home":
      return move(0);
    case "End":
      return move(count - 1);
    case "Enter":
    case " ":
      return at < 0 ? null : { type: "choose" };
    case "p":
    case "P":
      return at < 0 ? null : { type: "pin" };
    case "Delete":
      return at < 0 ? null : { type: "delete" };
    default:
      return null;
  }
}
