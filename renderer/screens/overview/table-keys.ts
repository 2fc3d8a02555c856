/** What a key does in the agent table. */
export type TableAction =
  | { readonly type: "move"; readonly by: number }
  | { readonly type: "first" }
  | { readonly type: "last" }
  | { readonly type: "open" }
  | { readonly type: "pause-or-resume" }
  | { readonly type: "priority"; readonly by: 1 | -1 }
  | { readonly type: "kill" }
  | { readonly type: "clear" };

/** The action of a key, or null. `page` is the number of rows in view. */
export function tableAction(key: string, page: number): TableAction | null {
  switch (key) {
    case "ArrowDown":
      return { type: "move", by: 1 };
    case "ArrowUp":
      return { type: "move", by: -1 };
    case "PageDown":
      return { type: "move", by: page };
    case "PageUp":
      return { type: "move", by: -page };
    case "Home":
      return { type: "first" };
    case "End":
      return { type: "last" };
    case "Enter":
      return { type: "open" };
    case " ":
      return { type: "pause-or-resume" };
    case "+":
    case "=":
      return { type: "priority", by: 1 };
    case "-":
      return { type: "priority", by: -1 };
    case "Delete":
    case "Backspace":
      return { type: "kill" };
    case "Escape":
      return { type: "clear" };
    default:
      return null;
  }
}

/** The row that a move leads to: inside the table, and the first when none was selected. */
export function movedIndex(selected: number, rows: number, action: TableAction): number {
  if (rows === 0) return -1;
  switch (action.type) {
    case "move":
      return selected < 0 ? 0 : Math.min(rows - 1, Math.max(0, selected + action.by));
    case "first":
      return 0;
    case "last":
      return rows - 1;
    default:
      return selected;
  }
}
