import { KernelError } from "../../../shared/errors.ts";
import type { FileVersion } from "../../../shared/files.ts";
import { FILE_LOOKS, FILES_READ_AT_ONCE, VERSIONED_FILE_BYTES } from "../limits.ts";
import type { Clock, FileFacts, FileTree, VersionDraft, VersionStore } from "../ports.ts";
import type { ChangeLog } from "./change-log.ts";

/** A path as it is on disk, its newest version known. */
export type Seen =
  | { readonly type: "file"; readonly version: FileVersion; readonly facts: FileFacts }
  /** A file that gets no versions: it is too large, or must not be read, like key material. */
  | { readonly type: "unkept" | "guarded" }
  | { readonly type: "folder" | "other" | "absent" };

export interface NoticeParts {
  readonly tree: FileTree;
  readonly store: VersionStore;
  readonly log: ChangeLog;
  readonly clock: Pick<Clock, "wall">;
}

/** What was found; with a draft where another program changed it. */
interface Found {
  readonly draft: VersionDraft | null;
  readonly seen: (made: FileVersion | undefined) => Seen;
}

/**
 * Looks at paths, and makes versions of what other programs did to them. The paths are locked by the caller. Files
 * that must not be read are `guarded`. Throws what storage throws.
 */
export async function notice(parts: NoticeParts, paths: readonly string[]): Promise<readonly Seen[]> {
  const { store, log } = parts;
  const held: string[] = [];
  try {
    const newest = await store.newest(paths);
    const found = await inParts(paths, (path, n) => look(parts, path, newest[n] ?? null, held));
    const made = await log.record(found.flatMap(({ draft }) => draft ?? []));
    let next = 0;
    return found.map(({ draft, seen }) => seen(draft === null ? undefined : made[next++]));
  } finally {
    if (held.length > 0) await store.release(held).catch(() => {});
  }
}

/** Failures of a read that tell what is there. */
const ANSWERS = ["not-found", "not-allowed", "limit-reached", "outside-workspace", "conflict"] as const;

async function look(
  { tree, store, clock }: NoticeParts,
  path: string,
  newest: FileVersion | null,
  held: string[],
): Promise<Found> {
  const before = newest?.hash ?? null;
  const outside = (change: "created" | "written" | "deleted", hash: string | null, bytes: number) => {
    const author = { type: "outside" } as const;
    const at = clock.wall();
    return {
      path,
      change: { type: change },
      hash,
      bytes,
      author,
      syscallId: null,
      at,
      pinned: "no",
    } as const;
  };
  const gone = (type: "absent" | "folder" | "other"): Found => ({
    draft: before === null || tree.presence(path) === "away" ? null : outside("deleted", null, 0),
    seen: () => ({ type }),
  });
  for (let looks = 1; looks <= FILE_LOOKS; looks++) {
    const read = await tree.readBytes(path, VERSIONED_FILE_BYTES).catch((error) => {
      const answer = ANSWERS.find((code) => isCode(error, code));
      if (answer) return answer;
      throw error;
    });
    switch (read) {
      case "not-found":
        return gone("absent");
      case "not-allowed":
        return known({ type: "guarded" });
      case "limit-reached":
        return known({ type: "unkept" });
      case "outside-workspace":
        return gone("other");
      case "conflict": {
        // A folder, or something else that is no file, or below one.
        const facts = await tree.stat(path);
        if (facts?.type === "file") continue;
        if (facts === null) return gone("absent");
        return gone(facts.type === "folder" && facts.path === path ? "folder" : "other");
      }
    }
    const { content, facts } = read;
    // A link answers for what it leads to.
    if (facts.path !== path) return gone("other");
    if (newest && before !== null && (await store.hash(content)) === before) {
      return known({ type: "file", version: newest, facts });
    }
    const hash = await store.keep(content);
    held.push(hash);
    return {
      draft: outside(before === null ? "created" : "written", hash, content.length),
      seen: (made) => (made ? { type: "file", version: made, facts } : { type: "absent" }),
    };
  }
  throw new KernelError("conflict", `"${path}" is being changed by another program all the while`, {
    hint: "Try again when that program has ended.",
  });
}

const known = (seen: Seen): Found => ({ draft: null, seen: () => seen });

export const isCode = (error: unknown, ...codes: readonly string[]): boolean =>
  error instanceof KernelError && codes.includes(error.data.code);

/** A few at a time; the results in order. */
export async function inParts<T, R>(
  all: readonly T[],
  each: (one: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  for (let from = 0; from < all.length; from += FILES_READ_AT_ONCE) {
    const part = all.slice(from, from + FILES_READ_AT_ONCE);
    // All have ended when one has failed: none goes on behind its caller's back.
    const outcomes = await Promise.allSettled(part.map((one, n) => each(one, from + n)));
    for (const outcome of outcomes) {
      if (outcome.status === "rejected") throw outcome.reason;
      results.push(outcome.value);
    }
  }
  return results;
}
