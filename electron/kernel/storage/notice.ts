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
  for (let looks = 1; looks <= FILE_LOOKS; looks++) {
    const facts = await tree.stat(path).catch((error) => {
      if (isCode(error, "not-allowed")) return "hidden" as const;
      if (isCode(error, "outside-workspace")) return "link" as const;
      throw error;
    });
    if (facts === "hidden") return known({ type: "guarded" });
    // A link answers for what it leads to.
    const isLink = facts === "link" || (facts !== null && facts.path !== path);
    if (isLink || facts?.type !== "file") {
      const type = isLink || facts?.type === "other" ? "other" : facts === null ? "absent" : "folder";
      const seen: Seen = { type };
      return { draft: before === null ? null : outside("deleted", null, 0), seen: () => seen };
    }
    if (facts.bytes > VERSIONED_FILE_BYTES) return known({ type: "unkept" });
    const read = await tree.readBytes(path, VERSIONED_FILE_BYTES).catch((error) => {
      // Gone, grown or become a folder meanwhile: it is looked at once more.
      if (isCode(error, "not-found", "limit-reached", "conflict")) return null;
      if (isCode(error, "not-allowed")) return "hidden" as const;
      throw error;
    });
    if (read === "hidden") return known({ type: "guarded" });
    if (read === null) continue;
    // What was read is what its stamp says, however the file has changed since it was looked at.
    const whole: FileFacts = {
      ...facts,
      stamp: read.stamp,
      age: read.stamp === facts.stamp ? facts.age : "fresh",
    };
    if (newest && before !== null && (await store.hash(read.content)) === before) {
      return known({ type: "file", version: newest, facts: whole });
    }
    const hash = await store.keep(read.content);
    held.push(hash);
    return {
      draft: outside(before === null ? "created" : "written", hash, read.content.length),
      seen: (made) => (made ? { type: "file", version: made, facts: whole } : { type: "absent" }),
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
