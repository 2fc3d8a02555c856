import { VERSIONED_FILE_BYTES } from "../limits.ts";
import type { FileTree, Over, VersionStore } from "../ports.ts";
import type { Operation, Replaced } from "./change-plan.ts";
import { isCode } from "./notice.ts";

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
      const over = await overOf(tree, store, operation.over);
      if (over === "changed") return over;
      const { type } = await tree.writeBytes(operation.path, content, over);
      return type === "changed" ? "changed" : "done";
    }
    case "move":
      await tree.move(operation.from, operation.to);
      return "done";
    case "remove": {
      const over = await overOf(tree, store, operation.over);
      if (over === "changed") return over;
      const { type } = await tree.remove(operation.path, over);
      return type === "changed" ? "changed" : "done";
    }
    case "trash":
      await tree.trash(operation.path);
      return "done";
  }
}

/** Stamps of what is to be replaced; where only the content is known, of the file that is found to hold it. */
async function overOf(tree: FileTree, store: VersionStore, replaced: Replaced): Promise<Over | "changed"> {
  if (!("files" in replaced)) return { type: replaced.type };
  const stamps = new Map<string, string>();
  for (const { path, hash, stamp } of replaced.files) {
    if (stamp !== null) {
      stamps.set(path, stamp);
      continue;
    }
    const found = await tree.readBytes(path, VERSIONED_FILE_BYTES).catch((error) => {
      if (isCode(error, "not-found", "conflict", "limit-reached")) return null;
      throw error;
    });
    if (found === null || (await store.hash(found.content)) !== hash) return "changed";
    stamps.set(path, found.facts.stamp);
  }
  const [only] = stamps.values();
  return replaced.type === "file" && only !== undefined
    ? { type: "stamp", stamp: only }
    : { type: "files", stamps };
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
