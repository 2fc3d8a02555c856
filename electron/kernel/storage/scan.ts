import type { FileVersion, VersionId } from "../../../shared/files.ts";
import { MOUNTS } from "../../../shared/workspaces.ts";
import { PRESENT_PAGE } from "../limits.ts";
import type { FileFacts, FileTree, VersionStore } from "../ports.ts";
import type { Seen } from "./notice.ts";

export interface ScanParts {
  readonly tree: FileTree;
  readonly store: VersionStore;
}

/** Looks at paths while they are locked. */
export type LookAt = (
  paths: readonly string[],
  use: (seen: readonly Seen[]) => Promise<void>,
) => Promise<void>;

/**
 * What programs make again by themselves, and what is the person's own and only mounted: versions of it are made only
 * of files that have some already, such as those that an agent has changed. Nobody wants all their pictures twice.
 */
const OF_CHANGED_ONLY = new RegExp(`^${MOUNTS}/|(?:^|/)(?:\\.git|node_modules|\\.venv|__pycache__)/`);

/**
 * Looks at a path, or at everything below a folder: files that do not look as they did when they were last seen to be
 * their newest version, and those that are gone. Reads only the former. Throws what `lookAt` and storage throw.
 */
export async function scan({ tree, store }: ScanParts, path: string, lookAt: LookAt): Promise<void> {
  const found = new Set<string>();
  const fill = async (paths: readonly string[]): Promise<void> => {
    if (paths.length === 0) return;
    await lookAt(paths, async (seen) => {
      const stamped = seen.flatMap((each) => stampOf(each) ?? []);
      if (stamped.length > 0) await store.stamp(stamped);
    });
  };
  for await (const page of tree.walk(path)) {
    const files = page.filter(({ type }) => type === "file");
    for (const file of files) found.add(file.path);
    await fill(await unknown(store, files));
  }
  await fill(path === "." || found.has(path) ? [] : [path]);
  const below = path === "." ? "" : `${path}/`;
  for (let after = below; ; ) {
    const present = (await store.present(after, PRESENT_PAGE)).filter((version) =>
      version.path.startsWith(below),
    );
    const missed = present.map((version) => version.path).filter((each) => !found.has(each));
    await fill(missed.filter((each) => tree.presence(each) === "here"));
    const last = present.at(-1);
    if (!last || present.length < PRESENT_PAGE) return;
    after = last.path;
  }
}

/** Files of which it is not known that they are their newest version. */
async function unknown(store: VersionStore, files: readonly FileFacts[]): Promise<readonly string[]> {
  const paths = files.map((file) => file.path);
  const stamps = await store.stamps(paths);
  const changed = files.filter(({ stamp }, n) => stamps[n] !== stamp).map((file) => file.path);
  const others = changed.filter((each) => !OF_CHANGED_ONLY.test(each));
  const made = changed.filter((each) => OF_CHANGED_ONLY.test(each));
  if (made.length === 0) return others;
  const newest: readonly (FileVersion | null)[] = await store.newest(made);
  return [...others, ...made.filter((_, n) => newest[n]?.hash != null)];
}

/** A file that was touched just now may be touched again without showing it: it is read once more another time. */
function stampOf(seen: Seen): { readonly id: VersionId; readonly stamp: string } | null {
  if (seen.type !== "file" || seen.facts.age === "fresh") return null;
  return { id: seen.version.id, stamp: seen.facts.stamp };
}
