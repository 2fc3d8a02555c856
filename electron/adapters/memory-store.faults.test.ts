import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { KernelError } from "../../shared/errors.ts";
import { syscallId } from "../../shared/ids.ts";
import { memoryId } from "../../shared/memory.ts";
import { agentMemory } from "../../shared/memory-owners.ts";
import { MemoryThread } from "./memory/memory-thread.ts";
import { openMemoryStore } from "./memory-store.ts";
import { CLERK, memoryItem, put, query } from "./testing/memory-items.ts";
import { useMemoryStore } from "./testing/use-memory-store.ts";

const store = useMemoryStore();
const ids = async (): Promise<string[]> => {
  const listed = { owners: null, tag: null, sort: "newest", offset: 0, limit: 10_000 } as const;
  return (await store.disk.list(listed)).items.map(({ id }) => id).sort();
};

/** Commits in SQLite's write-ahead log: frames that say how large the database then is. */
function commitsInLog(): number {
  const log = readFileSync(`${store.file}-wal`);
  const page = log.readUInt32BE(8);
  const salt = log.subarray(16, 24);
  let commits = 0;
  for (let at = 32; at + 24 + page <= log.length; at += 24 + page) {
    if (!log.subarray(at + 8, at + 16).equals(salt)) break;
    if (log.readUInt32BE(at + 4) > 0) commits += 1;
  }
  return commits;
}

describe("calls that come together", () => {
  test("are committed together", async () => {
    await store.disk.write([put(1, "tea")]);
    const before = commitsInLog();
    await Promise.all(Array.from({ length: 400 }, (_, n) => store.disk.write([put(n + 2, `tea ${n}`)])));
    expect(await ids()).toHaveLength(401);
    // One would do; the thread may take the first ones while the others are being handed over.
    const together = commitsInLog();
    expect(together - before).toBeLessThan(40);
    await store.disk.write([put(1_000, "tea")]);
    await store.disk.write([put(1_001, "tea")]);
    expect(commitsInLog() - together).toBe(2);
  });

  test("are kept or refused each by itself, whole", async () => {
    const missing = { type: "restore", owner: CLERK, id: memoryId(99) } as const;
    const outcomes = await Promise.allSettled([
      store.disk.write([put(1, "tea"), put(2, "milk")]),
      store.disk.write([put(3, "of a new owner", { owner: agentMemory("new") }), put(1, "coffee"), missing]),
      store.disk.write([put(4, "salt", { owner: agentMemory("other") })]),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(await ids()).toEqual(["m1", "m2", "m4"]);
    const hits = async (text: string) => (await store.disk.search(query(text, { owners: null }))).hits.length;
    expect([await hits("tea"), await hits("coffee"), await hits("owner")]).toEqual([1, 0, 0]);
    await store.disk.write([put(3, "of a new owner", { owner: agentMemory("new") })]);
    expect(await store.disk.get(agentMemory("new"), [memoryId(3), memoryId(4)])).toMatchObject([
      { id: "m3" },
      null,
    ]);
  });

  test("are made in their order, however large they are", async () => {
    const many = Array.from({ length: 3_000 }, (_, n) => put(n + 1, `first ${n}`));
    await Promise.all([
      store.disk.write(many),
      store.disk.write([put(7, "second")]),
      store.disk.write([{ type: "remove", owner: CLERK, id: memoryId(8), at: 1 }]),
    ]);
    expect(await store.disk.get(CLERK, [memoryId(7), memoryId(8)])).toMatchObject([{ text: "second" }, null]);
    expect((await store.disk.totals())[0]?.items).toBe(2_999);
  });
});

test("a process that is killed has kept every call that was acknowledged, and none by half", async () => {
  const file = join(store.folder, "killed.db");
  const writer = fileURLToPath(new URL("./testing/memory-writer.ts", import.meta.url));
  const acknowledged = new Set<number>();
  for (const enough of [1, 100, 300]) {
    const child = spawn(process.execPath, [writer, file], { stdio: ["ignore", "pipe", "inherit"] });
    const ended = once(child, "exit");
    let said = "";
    const seen = new Set<number>();
    for await (const part of child.stdout) {
      said += String(part);
      const lines = said.split("\n");
      said = lines.pop() ?? "";
      for (const line of lines) seen.add(Number(line));
      if (seen.size >= enough) child.kill("SIGKILL");
    }
    await ended;
    for (const n of seen) acknowledged.add(n);
    const disk = await openMemoryStore(file);
    const firsts = [...acknowledged];
    const kept = await disk.get(CLERK, firsts.map(memoryId));
    expect(kept.map((item) => item?.text)).toEqual(firsts.map((n) => `tea ${n}`));
    const { items } = await disk.list({ owners: null, tag: null, sort: "newest", offset: 0, limit: 100_000 });
    const there = new Set(items.map(({ id }) => id));
    for (const { links } of items) for (const link of links) expect(there.has(link)).toBe(true);
    expect(items.length % 2).toBe(0);
    await disk.close();
  }
});

test("a thread that ends refuses what waits and what comes, and closing does not wait for it", async () => {
  const thread = new MemoryThread({
    file: join(store.folder, "ended.db"),
    limits: { removedKept: 1, mergesKept: 1 },
  });
  await thread.opened();
  const waiting = [
    thread.write(Array.from({ length: 2_000 }, (_, n) => put(n + 1, "tea"))),
    thread.ask("totals"),
  ].map((call) =>
    call.then(
      () => "kept",
      (thrown) => thrown,
    ),
  );
  await thread.kill();
  for (const outcome of await Promise.all(waiting)) {
    if (outcome !== "kept") expect(outcome).toMatchObject({ data: { code: "storage-failed" } });
  }
  await expect(thread.write([put(1, "tea")])).rejects.toBeInstanceOf(KernelError);
  await expect(thread.ask("totals")).rejects.toMatchObject({ data: { code: "storage-failed" } });
  await thread.close();
});

test("a damaged file is reported, not replaced", async () => {
  const file = join(store.folder, "other.db");
  const nonsense = "no database at all, ".repeat(500);
  writeFileSync(file, nonsense);
  await expect(openMemoryStore(file)).rejects.toMatchObject({ data: { code: "database-damaged" } });
  expect(readFileSync(file, "utf8")).toBe(nonsense);
});

test("a row that cannot be read is reported as damage", async () => {
  await store.disk.write([put(1, "tea")]);
  const forger = new Database(store.file);
  forger.exec("UPDATE items SET rest = 'torn'");
  forger.close();
  await expect(store.disk.get(CLERK, [memoryId(1)])).rejects.toMatchObject({
    data: { code: "database-damaged" },
  });
});

describe("a file of an earlier version", () => {
  const V1 = `CREATE TABLE items (
     number INTEGER PRIMARY KEY, owner TEXT NOT NULL, id TEXT NOT NULL, text TEXT NOT NULL, tags TEXT NOT NULL,
     created_at REAL NOT NULL, updated_at REAL NOT NULL, UNIQUE (owner, id)
   ) STRICT;
   CREATE INDEX items_by_age ON items (owner, created_at, number);
   CREATE VIRTUAL TABLE words USING fts5 (
     text, tags, content = 'items', content_rowid = 'number', tokenize = 'porter unicode61'
   );
   CREATE TRIGGER items_added AFTER INSERT ON items BEGIN
     INSERT INTO words (rowid, text, tags) VALUES (new.number, new.text, new.tags);
   END;
   CREATE TRIGGER items_removed AFTER DELETE ON items BEGIN
     INSERT INTO words (words, rowid, text, tags) VALUES ('delete', old.number, old.text, old.tags);
   END;
   CREATE TRIGGER items_changed AFTER UPDATE ON items BEGIN
     INSERT INTO words (words, rowid, text, tags) VALUES ('delete', old.number, old.text, old.tags);
     INSERT INTO words (rowid, text, tags) VALUES (new.number, new.text, new.tags);
   END;`;
  const ITEMS = `
    INSERT INTO items (owner, id, text, tags, created_at, updated_at) VALUES
      ('agent:clerk', 'm12', 'Ada was born in December', '["people"]', 100, 200),
      ('agent:clerk', 'm13', '小明的生日', '[]', 300, 300),
      ('agent:other', 'm14', 'Ada likes tea', '["people"]', 400, 400);`;

  function old(version: 1 | 2): string {
    const file = join(store.folder, "old.db");
    const database = new Database(file);
    database.exec(V1);
    database.exec(ITEMS);
    if (version === 2) {
      database.exec(
        "ALTER TABLE items ADD COLUMN origin TEXT; UPDATE items SET origin = 'a page' WHERE id = 'm12'",
      );
    }
    database.pragma(`user_version = ${version}`);
    database.close();
    return file;
  }

  test.each([1, 2] as const)("%i is taken over whole, and a copy is kept", async (version) => {
    const file = old(version);
    const disk = await openMemoryStore(file);
    const [ada] = await disk.get(CLERK, [memoryId(12)]);
    expect(ada?.bytes).toBeGreaterThan(23);
    expect(ada).toEqual(
      memoryItem(12, "Ada was born in December", {
        tags: ["people"],
        createdAt: 100,
        updatedAt: 200,
        bytes: ada?.bytes ?? 0,
        provenance: {
          by: "agent",
          agentId: null,
          syscallId: syscallId(12),
          origin: version === 2 ? "a page" : null,
        },
      }),
    );
    const found = async (text: string) => (await disk.search(query(text))).hits.map(({ item }) => item.id);
    expect([await found("december"), await found("生日"), await found("people")]).toEqual([
      ["m12"],
      ["m13"],
      ["m12"],
    ]);
    expect(await disk.tags(null)).toEqual([{ tag: "people", items: 2 }]);
    expect((await disk.totals()).map(({ owner, items }) => [owner, items])).toEqual([
      [CLERK, 2],
      ["agent:other", 1],
    ]);
    expect((await disk.pendingEmbeddings("one", 10)).map(({ text }) => text)).toHaveLength(3);
    await disk.write([put(15, "tea"), { type: "remove", owner: CLERK, id: memoryId(12), at: 1 }]);
    expect([await found("december"), await found("tea")]).toEqual([[], ["m15"]]);
    await disk.close();
    expect(existsSync(`${file}.v${version}`)).toBe(true);
  });

  test("3 wrote what is empty too, and reads the same", async () => {
    const ada = memoryItem(1, "Ada likes tea", { tags: ["people"], metadata: { source: "letter" } });
    await store.disk.write([{ type: "put", item: ada }, put(2, "milk")]);
    await store.disk.close();
    const { tags, keywords, links, metadata, provenance } = ada;
    const forger = new Database(store.file);
    forger
      .prepare("UPDATE items SET rest = ? WHERE id = 'm1'")
      .run(JSON.stringify({ tags, keywords, links, metadata, provenance }));
    forger.pragma("user_version = 3");
    forger.close();
    await store.reopen();
    expect(existsSync(`${store.file}.v3`)).toBe(true);
    expect(await store.disk.get(CLERK, [memoryId(1), memoryId(2)])).toEqual([ada, memoryItem(2, "milk")]);
    await store.disk.write([{ type: "put", item: { ...ada, tags: ["drinks"] } }]);
    expect(await store.disk.tags(CLERK)).toEqual([{ tag: "drinks", items: 1 }]);
  });

  test("that is damaged is left as it is", async () => {
    const file = old(2);
    const bytes = readFileSync(file);
    bytes.fill(0xff, 4_096, 6_000);
    writeFileSync(file, bytes);
    await expect(openMemoryStore(file)).rejects.toMatchObject({ data: { code: "database-damaged" } });
    expect(readFileSync(file).equals(bytes)).toBe(true);
    rmSync(file);
  });
});
