import { KernelError } from "../../shared/errors.ts";
import { MOUNTS } from "../../shared/workspaces.ts";
import type { FileEntry, FileFacts, FileTree, Over, SearchHit } from "../kernel/ports.ts";
import type { Mount } from "./mounts/mount.ts";
import type { MountTable } from "./mounts/mount-table.ts";
import { parseWorkspacePath, pathIn, shown } from "./workspace-path.ts";

/** Where a path of the tree leads. */
type Place =
  | { readonly type: "workspace" }
  /** `mounts` itself, while something is mounted. */
  | { readonly type: "mounts" }
  | { readonly type: "mount"; readonly mount: Mount; readonly inner: string };

/**
 * The workspace with what is mounted in it: a path that begins with a mount's leads into that mount's folder and
 * cannot leave it, every other one into the workspace. `mounts` holds mounts alone: nothing is written beside them.
 */
export function createMountedTree(workspace: FileTree, mounts: MountTable): FileTree {
  const placeOf = (path: string): Place => {
    const parts = parseWorkspacePath(path);
    if (parts.length === 1 && parts[0] === MOUNTS && mounts.all().length > 0) return { type: "mounts" };
    const found = mounts.at(parts);
    return found ? { type: "mount", ...found } : { type: "workspace" };
  };
  /** For one place, which is to be changed. */
  const changeable = (path: string): Exclude<Place, { type: "mounts" }> => {
    const place = placeOf(path);
    if (place.type === "mounts") throw notOurs(path);
    return place;
  };
  const writable = (path: string): Exclude<Place, { type: "mounts" }> => {
    const place = changeable(path);
    if (place.type === "workspace" && parseWorkspacePath(path)[0] === MOUNTS) throw notOurs(path);
    return place;
  };
  return {
    root: workspace.root,
    async resolve(path, base = ".") {
      const place = placeOf(base === "." ? path : pathIn(base, path));
      if (place.type === "mounts") return MOUNTS;
      if (place.type === "workspace") return workspace.resolve(path, base);
      return place.mount.run(async (files) => place.mount.outer(await files.resolve(place.inner)));
    },
    presence(path) {
      const place = placeOf(path);
      if (place.type === "mount") return place.mount.presence;
      return place.type === "workspace" && parseWorkspacePath(path)[0] === MOUNTS ? "away" : "here";
    },
    async list(path, limit) {
      const place = placeOf(path);
      switch (place.type) {
        case "mounts":
          return cut(mounts.all().map(entryOf), limit, 0);
        case "workspace": {
          const { entries, more } = await workspace.list(path, limit);
          if (parseWorkspacePath(path).length > 0 || mounts.all().length === 0) return { entries, more };
          const others = entries.filter((entry) => entry.path !== MOUNTS);
          return cut([{ ...NOTHING_KNOWN, path: MOUNTS }, ...others].toSorted(foldersFirst), limit, more);
        }
        case "mount":
          return place.mount.run(async (files) => {
            const { entries, more } = await files.list(place.inner, limit);
            return { entries: entries.map((entry) => outer(place.mount, entry)), more };
          });
      }
    },
    read: async (path, maxBytes) => {
      const place = changeable(path);
      if (place.type === "workspace") return workspace.read(path, maxBytes);
      return place.mount.run((files) => files.read(place.inner, maxBytes));
    },
    readBytes: async (path, maxBytes) => {
      const place = placeOf(path);
      if (place.type === "mounts") throw new KernelError("conflict", `"${MOUNTS}" is a folder`);
      if (place.type === "workspace") return workspace.readBytes(path, maxBytes);
      return place.mount.run(async (files) => {
        const { content, facts } = await files.readBytes(place.inner, maxBytes);
        return { content, facts: outer(place.mount, facts) };
      });
    },
    async stat(path) {
      const place = placeOf(path);
      if (place.type === "mounts") return MOUNTS_FACTS;
      if (place.type === "workspace") return workspace.stat(path);
      return place.mount.run(async (files) => {
        const facts = await files.stat(place.inner);
        return facts && outer(place.mount, facts);
      });
    },
    async write(path, text) {
      const place = writable(path);
      if (place.type === "workspace") return workspace.write(path, text);
      return place.mount.run((files) => files.write(place.inner, text));
    },
    async writeBytes(path, content, over) {
      const place = writable(path);
      if (place.type === "workspace") return workspace.writeBytes(path, content, over);
      return place.mount.run((files) => files.writeBytes(place.inner, content, inside(place.mount, over)));
    },
    async move(from, to) {
      const source = changeable(from);
      const target = writable(to);
      if (source.type === "workspace" && target.type === "workspace") return workspace.move(from, to);
      if (source.type === "mount" && target.type === "mount" && source.mount === target.mount) {
        return source.mount.run((files) => files.move(source.inner, target.inner));
      }
      throw new KernelError("not-allowed", `"${shown(from)}" cannot be moved to "${shown(to)}" in one step`, {
        hint: "Into a mounted folder, or out of one, files are copied; delete them afterwards where that is meant.",
      });
    },
    async makeFolder(path) {
      const place = writable(path);
      if (place.type === "workspace") return workspace.makeFolder(path);
      return place.mount.run((files) => files.makeFolder(place.inner));
    },
    async remove(path, over) {
      const place = changeable(path);
      if (place.type === "workspace") return workspace.remove(path, over);
      return place.mount.run((files) => files.remove(place.inner, inside(place.mount, over)));
    },
    async trash(path) {
      const place = changeable(path);
      if (place.type === "workspace") return workspace.trash(path);
      return place.mount.run(async (files) => {
        const { trashedAs } = await files.trash(place.inner);
        return { trashedAs: place.mount.outer(trashedAs) };
      });
    },
    async *walk(path) {
      const place = placeOf(path);
      if (place.type === "mount") return yield* walkMount(place.mount, place.inner);
      if (place.type === "mounts") return yield* walkMounts(mounts.all());
      const { whole } = yield* workspace.walk(path);
      if (parseWorkspacePath(path).length > 0 || mounts.all().length === 0) return { whole };
      const mounted = yield* walkMounts(mounts.all());
      return { whole: whole === "yes" ? mounted.whole : "no" };
    },
    async clean() {
      await workspace.clean();
      for (const mount of mounts.all()) {
        // One that is away is cleaned when the program starts with it.
        if (mount.view.access === "read-write") await mount.run((files) => files.clean()).catch(() => {});
      }
    },
    async search(query, limit, signal) {
      const hits: SearchHit[] = [...(await workspace.search(query, limit, signal))];
      for (const mount of mounts.all()) {
        if (hits.length >= limit) break;
        const files = await mount.open().catch(() => null);
        const found = (await files?.search(query, limit - hits.length, signal)) ?? [];
        hits.push(...found.map((hit) => outer(mount, hit)));
      }
      return hits;
    },
  };
}

const NOTHING_KNOWN = { type: "folder", bytes: 0, modifiedAt: 0 } as const;
const MOUNTS_FACTS: FileFacts = { ...NOTHING_KNOWN, path: MOUNTS, stamp: MOUNTS, age: "settled" };

const entryOf = (mount: Mount): FileEntry => ({ ...NOTHING_KNOWN, path: mount.path });

/** The same, by its path in the tree. */
const outer = <T extends { readonly path: string }>(mount: Mount, found: T): T => ({
  ...found,
  path: mount.outer(found.path),
});

/** What may be replaced, by its paths in the mount. */
function inside(mount: Mount, over: Over): Over {
  if (over.type !== "files") return over;
  const from = mount.path.length + 1;
  return {
    type: "files",
    stamps: new Map([...over.stamps].map(([path, stamp]) => [path.slice(from), stamp])),
  };
}

const foldersFirst = (a: FileEntry, b: FileEntry): number =>
  a.type === b.type ? (a.path < b.path ? -1 : 1) : a.type === "folder" ? -1 : 1;

const cut = (entries: readonly FileEntry[], limit: number, more: number) => ({
  entries: entries.slice(0, limit),
  more: more + Math.max(0, entries.length - limit),
});

type Walk = ReturnType<FileTree["walk"]>;

async function* walkMounts(mounts: readonly Mount[]): Walk {
  yield [MOUNTS_FACTS];
  let whole: "yes" | "no" = "yes";
  for (const mount of mounts) {
    const walked = yield* walkMount(mount, ".", "skip");
    if (walked.whole === "no") whole = "no";
  }
  return { whole };
}

/** `skip`: what is away is left out, and then the walk was not whole. */
async function* walkMount(mount: Mount, inner: string, away: "skip" | "throw" = "throw"): Walk {
  const files = await mount.open().catch((error) => {
    if (away === "throw") throw error;
    return null;
  });
  if (files === null) return { whole: "no" };
  try {
    if (inner === ".") {
      const top = await files.stat(".");
      if (top) yield [outer(mount, top)];
    }
    const pages = files.walk(inner);
    for (let page = await pages.next(); ; page = await pages.next()) {
      if (page.done) return page.value;
      yield page.value.map((facts) => outer(mount, facts));
    }
  } catch (error) {
    throw mount.named(error);
  }
}

function notOurs(path: string): KernelError {
  return new KernelError(
    "not-allowed",
    `"${shown(path)}" cannot be changed: ${MOUNTS} holds mounted folders alone`,
    {
      hint: "Use a folder of the workspace, or one that is mounted.",
    },
  );
}
