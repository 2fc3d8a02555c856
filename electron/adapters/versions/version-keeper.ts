import { KernelError } from "../../../shared/errors.ts";
import type { VersionId, VersionLimits } from "../../../shared/files.ts";
import type { VersionDraft, VersionStore } from "../../kernel/ports.ts";
import { openDatabase, translating } from "../sqlite-database.ts";
import { hashOf, openContentFolder } from "./content-folder.ts";
import { GroupCommit } from "./group-commit.ts";
import { versionPruning } from "./version-prune.ts";
import { versionReads, versionWrites } from "./version-records.ts";
import { type ContentFacts, MIGRATIONS } from "./version-rows.ts";

/** Content that somebody holds, whether or not a version has it. */
interface Held {
  count: number;
  facts: ContentFacts | null;
  readonly written: Promise<ContentFacts>;
}

/**
 * A version store on the thread that opens it: `file` holds the records, `folder` the contents. Throws as
 * `openDatabase` does.
 */
export function openVersionKeeper(file: string, folder: string): VersionStore {
  const database = openDatabase(file, MIGRATIONS);
  const reads = versionReads(database);
  const writes = versionWrites(database);
  const pruneBatch = versionPruning(database);
  const contents = openContentFolder(folder);
  const commit = new GroupCommit(database, file);
  const held = new Map<string, Held>();
  let state: "open" | "closed" = "open";

  const heldFacts = (hash: string): ContentFacts | null => held.get(hash)?.facts ?? null;
  const isKnown = (hash: string): boolean => held.has(hash) || reads.content(hash) !== null;
  // What a crash left without a record. Those who keep content meanwhile hold it.
  const swept = contents.removeStrays(isKnown).catch(() => {});

  async function factsOf(hash: string, content: Uint8Array): Promise<ContentFacts> {
    const known = reads.content(hash);
    if (known && (await contents.isThere(hash, known)) === "yes") return known;
    return contents.write(hash, content);
  }

  /** Lets go of contents that no version has and nobody holds: first the records, then the files. */
  async function forget(hashes: readonly string[]): Promise<void> {
    const gone = await commit.add(() => {
      const free = hashes.filter((hash) => !held.has(hash) && !writes.isReferenced(hash));
      for (const hash of free) writes.forgetContent(hash);
      return free;
    });
    // Held meanwhile means written again, or about to be looked for.
    for (const hash of gone) if (!isKnown(hash)) contents.remove(hash);
  }

  return {
    hash: async (content) => hashOf(content),
    async keep(content) {
      const hash = hashOf(content);
      const existing = held.get(hash);
      const entry: Held = existing ?? { count: 0, facts: null, written: factsOf(hash, content) };
      entry.count += 1;
      if (!existing) held.set(hash, entry);
      try {
        entry.facts = await entry.written;
        return hash;
      } catch (error) {
        if (held.get(hash) === entry) held.delete(hash);
        throw error;
      }
    },
    async release(hashes) {
      const free = hashes.filter((hash) => {
        const entry = held.get(hash);
        if (!entry) return false;
        entry.count -= 1;
        if (entry.count > 0) return false;
        held.delete(hash);
        return !writes.isReferenced(hash);
      });
      if (free.length > 0) await forget(free);
    },
    async content(hash) {
      const facts = heldFacts(hash) ?? reads.content(hash);
      if (!facts) {
        throw new KernelError("not-found", "The content of this version was let go", {
          hint: "The limits on versions can be raised in the settings, for those to come.",
        });
      }
      return contents.read(hash, facts);
    },
    begin: (drafts: readonly VersionDraft[]) => commit.add(() => writes.begin(drafts, heldFacts)),
    finish: (ids: readonly VersionId[]) => commit.add(() => writes.finish(ids)),
    async abandon(ids: readonly VersionId[]) {
      const hashes = await commit.add(() => {
        const found = ids.flatMap((id) => reads.version(id)?.hash ?? []);
        writes.abandon(ids);
        return found;
      });
      // Room that is not freed now is freed at the next start, or with the next version of the same content.
      await forget(hashes).catch(() => {});
    },
    pin: (id, pinned) => commit.add(() => writes.pin(id, pinned)),
    stamp: (seen) => commit.add(() => writes.stamp(seen)),
    async prune(limits: VersionLimits, now: number) {
      const before = reads.totals().bytes;
      let versions = 0;
      for (;;) {
        const batch = await commit.add(() => pruneBatch(limits, now));
        await forget(batch.hashes);
        versions += batch.versions;
        if (batch.versions === 0) return { versions, bytes: Math.max(0, before - reads.totals().bytes) };
      }
    },
    version: async (id) => translating(file, () => reads.version(id)),
    newest: async (paths) => translating(file, () => reads.newest(paths)),
    versions: async (path, limit) => translating(file, () => reads.versions(path, limit)),
    count: async (paths) => translating(file, () => reads.count(paths)),
    present: async (after, limit) => translating(file, () => reads.present(after, limit)),
    trash: async (limit) => translating(file, () => reads.trash(limit)),
    unfinished: async () => translating(file, () => reads.unfinished()),
    stamps: async (paths) => translating(file, () => reads.stamps(paths)),
    totals: async () => translating(file, () => reads.totals()),
    async close() {
      if (state === "closed") return;
      state = "closed";
      await swept;
      await commit.close();
      database.close();
    },
  };
}
