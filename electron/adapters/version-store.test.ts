import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zstdDecompressSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { FileChange, FileVersion } from "../../shared/files.ts";
import type { VersionDraft, VersionStore } from "../kernel/ports.ts";
import { openVersionStore } from "./version-store.ts";

const DAY_MS = 86_400_000;
const PLENTY = { perFile: 10_000, bytes: 1e12, days: 36_500 };

let folder: string;
let store: VersionStore;
const open = async (): Promise<void> => {
  store = await openVersionStore(join(folder, "versions.db"), join(folder, "versions"));
};
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "aios-versions-"));
  await open();
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const fileOf = (hash: string): string => join(folder, "versions", hash.slice(0, 2), hash);
const contents = (): readonly string[] =>
  readdirSync(join(folder, "versions"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);

/** A finished version of a text; of its deletion for null. */
async function version(path: string, text: string | null, at = 0): Promise<FileVersion> {
  const hash = text === null ? null : await store.keep(bytes(text));
  const [begun] = await store.begin([draft(path, hash, text?.length ?? 0, at)]);
  if (!begun) throw new Error("nothing was begun");
  if (hash !== null) await store.release([hash]);
  await store.finish([begun.id]);
  return begun;
}

function draft(path: string, hash: string | null, length = 0, at = 0): VersionDraft {
  const change: FileChange = { type: hash === null ? "deleted" : "written" };
  return { path, change, hash, bytes: length, author: { type: "person" }, syscallId: null, at, pinned: "no" };
}

describe("content", () => {
  test("is kept once, compressed where that is smaller, and can be opened by other programs", async () => {
    const text = "the same words ".repeat(1_000);
    const [one, two] = await Promise.all([version("a", text), version("b", text)]);
    const short = await version("c", "x");
    expect(one.hash).toBe(two.hash);
    expect(contents()).toHaveLength(2);
    const packed = readFileSync(fileOf(one.hash ?? ""));
    expect(packed.length).toBeLessThan(text.length / 10);
    expect(zstdDecompressSync(packed).toString()).toBe(text);
    expect(readFileSync(fileOf(short.hash ?? ""), "utf8")).toBe("x");
    expect(await store.totals()).toEqual({ versions: 3, bytes: packed.length + 1 });
  });

  test("large and of any bytes comes back as it was", async () => {
    const large = new Uint8Array(9_000_000).map((_, n) => (n * n) % 251);
    const before = large.slice();
    const hash = await store.keep(large);
    expect(Buffer.compare(large, before)).toBe(0);
    expect(await store.hash(large)).toBe(hash);
    expect(Buffer.compare(await store.content(hash), large)).toBe(0);
  });

  test.each([
    ["changed", (file: string) => writeFileSync(file, "y")],
    ["cut short", (file: string) => writeFileSync(file, "")],
    ["removed", (file: string) => rmSync(file)],
  ])("that was %s is an error that names the file, never wrong bytes", async (_, damage) => {
    const { hash } = await version("a", "x");
    damage(fileOf(hash ?? ""));
    await expect(store.content(hash ?? "")).rejects.toMatchObject({
      data: { code: "database-damaged", message: expect.stringContaining(fileOf(hash ?? "")) },
    });
  });

  test("that is missing or cut short is written anew when it is kept again", async () => {
    const { hash } = await version("a", "content");
    rmSync(fileOf(hash ?? ""));
    await version("b", "content");
    expect(Buffer.from(await store.content(hash ?? "")).toString()).toBe("content");
  });

  test("stays while it is held, goes when it is not, and a version must have kept its own", async () => {
    const hash = await store.keep(bytes("held"));
    await store.keep(bytes("held"));
    await store.release([hash]);
    expect(existsSync(fileOf(hash))).toBe(true);
    await store.release([hash]);
    expect(contents()).toEqual([]);
    await expect(store.begin([draft("a", hash)])).rejects.toMatchObject({ data: { code: "not-found" } });
    await expect(store.content(hash)).rejects.toMatchObject({ data: { code: "not-found" } });
  });

  test("that a crash left without a version goes at the next start, with files that were being written", async () => {
    const { hash } = await version("a", "kept");
    const stray = await store.keep(bytes("stray"));
    writeFileSync(join(fileOf(hash ?? ""), "..", "0123456789abcdef-1.tmp"), "half");
    // Closed without a release, as by a kill.
    await store.close();
    expect(existsSync(fileOf(stray))).toBe(true);
    await open();
    await store.close();
    expect(contents()).toEqual([hash]);
    await open();
  });
});

describe("records", () => {
  test("count from when they are finished, and stay over a start", async () => {
    const hash = await store.keep(bytes("x"));
    const [first, second] = await store.begin([draft("a", hash, 1), draft("b", hash, 1)]);
    const [third] = await store.begin([draft("c", hash, 1)]);
    if (!first || !second || !third) throw new Error("nothing was begun");
    expect(await store.newest(["a"])).toEqual([null]);
    expect(await store.present("", 10)).toEqual([]);
    await store.close();
    await open();
    expect(await store.unfinished()).toEqual([[first, second], [third]]);
    await store.finish([first.id]);
    await store.abandon([second.id, third.id]);
    expect(await store.unfinished()).toEqual([]);
    expect(await store.newest(["a", "b", "c"])).toEqual([first, null, null]);
    expect(await store.version(second.id)).toBeNull();
    expect(Buffer.from(await store.content(hash)).toString()).toBe("x");
  });

  test("list versions newest first, what is there by path, and the trash", async () => {
    const [a1, b1] = [await version("a", "1"), await version("b", "1")];
    const [a2, gone] = [await version("a", "2"), await version("b", null)];
    const again = await version("é/ü", "1");
    expect(await store.versions("a", 1)).toEqual({ versions: [a2], more: 1 });
    expect((await store.versions("a", 5)).versions).toEqual([a2, a1]);
    expect(await store.present("", 10)).toEqual([a2, again]);
    expect(await store.present("a", 10)).toEqual([again]);
    expect(await store.trash(5)).toEqual({ rows: [{ path: "b", deleted: gone, last: b1 }], more: 0 });
    expect(await store.count(["a", "b", "nothing"])).toEqual([2, 2, 0]);
  });

  test("forget what a file looked like with each new version, and take no stamp of an older one", async () => {
    const old = await version("a", "1");
    await store.stamp([{ id: old.id, stamp: "s1" }]);
    expect(await store.stamps(["a"])).toEqual(["s1"]);
    await version("a", "2");
    await store.stamp([{ id: old.id, stamp: "s1" }]);
    expect(await store.stamps(["a", "nothing"])).toEqual([null, null]);
  });

  test("a thousand that come at once are all there, each number once", async () => {
    const all = await Promise.all(Array.from({ length: 1_000 }, (_, n) => version(`f${n % 50}`, `${n % 7}`)));
    expect(new Set(all.map(({ id }) => id)).size).toBe(1_000);
    await store.close();
    await open();
    expect(await store.totals()).toMatchObject({ versions: 1_000 });
    expect(contents()).toHaveLength(7);
  });

  test("of a damaged database are an error, and the file is left as it is", async () => {
    await store.close();
    const file = join(folder, "versions.db");
    writeFileSync(file, "no database");
    await expect(openVersionStore(file, join(folder, "versions"))).rejects.toMatchObject({
      data: { code: "database-damaged" },
    });
    expect(statSync(file).size).toBe(11);
    rmSync(file);
    for (const name of readdirSync(folder)) if (name.startsWith("versions.db")) rmSync(join(folder, name));
    await open();
  });
});

describe("limits", () => {
  test("on versions of a file let the oldest unpinned go, with content that nobody has any more", async () => {
    const all: FileVersion[] = [];
    for (let n = 0; n < 6; n++) all.push(await version("a", `text ${n}`));
    await version("b", "text 2");
    const pinned = all[0];
    if (!pinned) throw new Error("there is none");
    await store.pin(pinned.id, "yes");
    expect(await store.prune({ ...PLENTY, perFile: 3 }, 0)).toMatchObject({ versions: 3 });
    const left = (await store.versions("a", 10)).versions.map(({ id }) => id);
    expect(left).toEqual([all[5]?.id, all[4]?.id, pinned.id]);
    // One of the three had what b holds.
    expect(contents()).toHaveLength(4);
    await expect(store.pin(all[1]?.id ?? pinned.id, "yes")).rejects.toMatchObject({
      data: { code: "not-found" },
    });
  });

  test("on age spare the newest of what is there, and forget what is gone for good", async () => {
    await version("there", "old", 0);
    await version("there", "newest", 1);
    await version("gone", "old", 0);
    await version("gone", null, 1);
    const pinned = await version("gone but pinned", "old", 0);
    await store.pin(pinned.id, "yes");
    await version("gone but pinned", null, 1);
    await store.prune({ ...PLENTY, days: 1 }, 10 * DAY_MS);
    expect(await store.count(["there", "gone", "gone but pinned"])).toEqual([1, 0, 2]);
    expect((await store.present("", 10)).map(({ path }) => path)).toEqual(["there"]);
    expect((await store.trash(10)).rows.map(({ path }) => path)).toEqual(["gone but pinned"]);
  });

  test("on bytes let go of the oldest, and of no more than is needed", async () => {
    const noise = (n: number): string =>
      Array.from({ length: 500 }, (_, k) => (n * 31 + k * k) % 97).join("");
    for (let n = 0; n < 10; n++) await version("a", noise(n));
    const { bytes: before } = await store.totals();
    const limit = Math.floor(before * 0.55);
    const pruned = await store.prune({ ...PLENTY, bytes: limit }, 0);
    const { bytes: after, versions } = await store.totals();
    expect(after).toBeLessThanOrEqual(limit);
    expect(pruned).toEqual({ versions: 10 - versions, bytes: before - after });
    expect(versions).toBe(5);
    await store.prune({ ...PLENTY, bytes: 0 }, 0);
    expect(await store.count(["a"])).toEqual([1]);
  });

  test("spare what is begun and what is held", async () => {
    const hash = await store.keep(bytes("new"));
    const [begun] = await store.begin([draft("a", hash)]);
    await store.prune({ perFile: 1, bytes: 0, days: 1 }, 10 * DAY_MS);
    if (!begun) throw new Error("nothing was begun");
    await store.finish([begun.id]);
    expect(Buffer.from(await store.content(hash)).toString()).toBe("new");
  });
});
