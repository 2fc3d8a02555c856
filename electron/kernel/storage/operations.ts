import type { FileTree, VersionStore } from "../ports.ts";
import type { Operation } from "./change-plan.ts";

/** `changed`: another program was faster, and nothing was done. Throws what the tree and the store throw. */
export async function carryOut(
  tree: FileTree,
  store: VersionStore,
  operation: Operation,
): Promise<"done" | "changed"> {
  switch (operation.type) {
    case "make-folder":
      await tree.makeFolder(operation.path);
      return "done";
    case "write": {
      const content = await store.content(operation.hash);
      const { type } = await tree.writeBytes(operation.path, content, operation.over);
      return type === "changed" ? "changed" : "done";
    }
    case "move":
      await tree.move(operation.from, operation.to);
      return "done";
    case "remove": {
      const { type } = await tree.remove(operation.path, operation.over);
      return type === "changed" ? "changed" : "done";
    }
    case "trash":
      await tree.trash(operation.path);
      return "done";
  }
}

/** Takes back the moves at the end of what was done: a folder goes back as a whole, and not file by file. Never rejects. */
export async function takeBackMoves(tree: FileTree, done: readonly Operation[]): Promise<void> {
  for (const operation of done.toReversed()) {
    if (operation.type !== "move") return;
    try {
      await tree.move(operation.to, operation.from);
    } catch {
      // What remains is put back by content.
      return;
    }
  }
}
