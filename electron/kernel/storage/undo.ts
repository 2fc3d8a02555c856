import type { FileVersion } from "../../../shared/files.ts";
import { FILE_LOOKS, VERSIONED_FILE_BYTES } from "../limits.ts";
import type { FileTree, Over, VersionStore } from "../ports.ts";
import type { ChangeLog } from "./change-log.ts";
import { inParts, isCode } from "./notice.ts";

export interface UndoParts {
  readonly tree: FileTree;
  readonly store: VersionStore;
  readonly log: ChangeLog;
}

/** One path of a change: what it held before, what it was to hold, and what it holds. */
interface PathState {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
  /** `covered`: there is a folder where the change took a file away. */
  readonly state: "untouched" | "done" | "between" | "covered" | "foreign";
  readonly over: Over;
}

/**
 * Brings a change to an end that was begun and may have been done in part, so that it is there as a whole or not at
 * all. `if-done`: one that is done in full is finished, any other is undone. `undo`: it is undone in any case. What
 * another program has put in place meanwhile is left as it is. May be called again after it has rejected, which it
 * does with what storage throws.
 */
export async function settle(
  { tree, store, log }: UndoParts,
  versions: readonly FileVersion[],
  wish: "if-done" | "undo",
): Promise<"finished" | "undone"> {
  const byPath = Map.groupBy(versions, ({ path }) => path);
  const paths = [...byPath.keys()];
  const newest = await store.newest(paths);
  const isStale = paths.some((path, n) => {
    const known = newest[n];
    const own = byPath.get(path)?.at(-1);
    return known && own && numberOf(known.id) > numberOf(own.id);
  });
  if (isStale) {
    await log.abandon(versions);
    return "undone";
  }
  const look = (): Promise<PathState[]> =>
    inParts(paths, (path, n) => stateOf(tree, store, path, newest[n]?.hash ?? null, byPath.get(path) ?? []));
  let states = await look();
  const count = (state: PathState["state"]): number => states.filter((each) => each.state === state).length;
  // What another program did has happened: a version says so, or the next look does.
  const isOutside = versions.every(({ author }) => author.type === "outside");
  const isWhole = isOutside
    ? count("done") === states.length
    : wish === "if-done" &&
      count("done") > 0 &&
      count("untouched") + count("between") + count("covered") === 0;
  if (isWhole) {
    await log.finish(versions);
    return "finished";
  }
  for (let round = 1; !isOutside && states.some(isChanged) && round <= FILE_LOOKS; round++) {
    if (!(await moveBack(tree, versions, states))) {
      for (const state of states.filter(isChanged)) await putBack(tree, store, state);
    }
    states = await look();
  }
  await log.abandon(versions);
  return "undone";
}

const isChanged = ({ state, before, after }: PathState): boolean =>
  state === "between" || state === "covered" || (state === "done" && before !== after);

const numberOf = (id: FileVersion["id"]): number => Number(id.slice(1));

async function stateOf(
  tree: FileTree,
  store: VersionStore,
  path: string,
  before: string | null,
  versions: readonly FileVersion[],
): Promise<PathState> {
  const hashes = versions.map(({ hash }) => hash);
  const after = hashes.at(-1) ?? null;
  const { hash, over } = await hashAt(tree, store, path);
  const state = (): PathState["state"] => {
    if (hash === "folder") return before !== null && hashes.includes(null) ? "covered" : "foreign";
    if (hash === "other") return "foreign";
    if (hash === after) return "done";
    if (hash === before) return "untouched";
    return hashes.includes(hash) ? "between" : "foreign";
  };
  return { path, before, after, over, state: state() };
}

/** `other` for what is no file of ours: a link, something too large. */
async function hashAt(
  tree: FileTree,
  store: VersionStore,
  path: string,
): Promise<{ hash: string | "folder" | "other" | null; over: Over }> {
  try {
    const facts = await tree.stat(path);
    if (facts === null) return { hash: null, over: { type: "absent" } };
    if (facts.path === path && facts.type === "folder") {
      // It gives way once nothing is in it.
      return { hash: "folder", over: { type: "files", stamps: new Map() } };
    }
    if (facts.type !== "file" || facts.path !== path) return { hash: "other", over: { type: "absent" } };
    const { content, facts: read } = await tree.readBytes(path, VERSIONED_FILE_BYTES);
    return { hash: await store.hash(content), over: { type: "stamp", stamp: read.stamp } };
  } catch (error) {
    if (isCode(error, "not-found")) return { hash: null, over: { type: "absent" } };
    if (isCode(error, "conflict", "limit-reached", "not-allowed", "outside-workspace")) {
      return { hash: "other", over: { type: "absent" } };
    }
    throw error;
  }
}

/** Files that were moved go back as they are, their modes with them. Whether one did. */
async function moveBack(
  tree: FileTree,
  versions: readonly FileVersion[],
  states: readonly PathState[],
): Promise<boolean> {
  const byPath = new Map(states.map((state) => [state.path, state]));
  let isMoved = false;
  for (const { path, change, hash } of versions) {
    if (change.type !== "moved") continue;
    const [source, target] = [byPath.get(change.from), byPath.get(path)];
    if (source?.state !== "done" || source.after !== null || source.before !== hash) continue;
    if (target?.state !== "done" || target.before !== null || target.after !== hash) continue;
    try {
      await tree.move(path, change.from);
      isMoved = true;
    } catch (error) {
      // Its content is put back then.
      if (!isCode(error, "conflict", "not-found", "storage-failed")) throw error;
    }
  }
  return isMoved;
}

async function putBack(
  tree: FileTree,
  store: VersionStore,
  { path, before, over, state }: PathState,
): Promise<void> {
  try {
    if (before !== null && state !== "covered")
      await tree.writeBytes(path, await store.content(before), over);
    else await tree.remove(path, over);
  } catch (error) {
    // Another program was faster: what it left stays, and is noticed.
    if (!isCode(error, "conflict", "not-found", "outside-workspace")) throw error;
  }
}
