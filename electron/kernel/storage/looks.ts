import { KernelError } from "../../../shared/errors.ts";
import { CHANGE_FILES, VERSIONED_FILE_BYTES } from "../limits.ts";
import type { FileFacts, FileTree } from "../ports.ts";
import type { Look, PlannedNode } from "./change-plan.ts";
import { inParts, isCode, type NoticeParts, notice, type Seen } from "./notice.ts";

/** Looks that make versions of what other programs did, so that a change that follows loses nothing. */
export function noticingLook(parts: NoticeParts): Look {
  const node = (seen: Seen | undefined): PlannedNode => {
    if (seen?.type !== "file") return { type: seen?.type ?? "absent" };
    const { hash, bytes } = seen.version;
    // A version of a file that is there has content.
    return hash === null ? { type: "absent" } : { type: "file", hash, bytes, stamp: seen.facts.stamp };
  };
  return {
    at: async (path) => node((await notice(parts, [path]))[0]),
    kind: (path) => kindAt(parts.tree, path),
    async below(folder) {
      const entries = await entriesBelow(parts.tree, folder);
      const files = entries.filter(({ type }) => type === "file").map(({ path }) => path);
      const seen = await notice(parts, files);
      const byPath = new Map(files.map((path, n) => [path, node(seen[n])]));
      return entries.map(({ path, type }) => [
        path,
        byPath.get(path) ?? { type: type === "folder" ? "folder" : "other" },
      ]);
    },
  };
}

/** Looks that change nothing and read no content. */
export function plainLook(tree: FileTree): Look {
  const node = ({ type, bytes, stamp }: FileFacts): PlannedNode => {
    if (type !== "file") return { type };
    return bytes > VERSIONED_FILE_BYTES ? { type: "unkept" } : { type, hash: "", bytes, stamp };
  };
  return {
    async at(path) {
      const facts = await tree.stat(path);
      return facts === null ? { type: "absent" } : node(facts);
    },
    kind: (path) => kindAt(tree, path),
    async below(folder) {
      const entries = await entriesBelow(tree, folder);
      return inParts(entries, async (facts) => [facts.path, node(facts)] as const);
    },
  };
}

async function kindAt(tree: FileTree, path: string): Promise<FileFacts["type"] | "absent"> {
  try {
    const facts = await tree.stat(path);
    if (facts === null) return "absent";
    return facts.path === path ? facts.type : "other";
  } catch (error) {
    if (isCode(error, "not-allowed")) return "folder";
    if (isCode(error, "outside-workspace")) return "other";
    throw error;
  }
}

async function entriesBelow(tree: FileTree, folder: string): Promise<readonly FileFacts[]> {
  const entries: FileFacts[] = [];
  for await (const page of tree.walk(folder)) {
    entries.push(...page);
    if (entries.length > CHANGE_FILES) {
      throw new KernelError("limit-reached", `"${folder}" holds more than ${CHANGE_FILES} entries`, {
        hint: "Take its parts one after the other.",
      });
    }
  }
  return entries;
}
