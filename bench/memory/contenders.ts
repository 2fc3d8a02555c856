import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import Database from "better-sqlite3";
import { openMemoryStore } from "../../electron/adapters/memory-store.ts";
import type { MemoryStore } from "../../electron/kernel/memory-ports.ts";
import type { MemoryItem } from "../../shared/memory.ts";
import { OWNER } from "./samples.ts";

/** What all can do: take items in groups, and find some by their words. */
export interface Contender {
  /** Durable when it resolves. */
  add(items: readonly MemoryItem[]): Promise<void>;
  search(text: string): Promise<number>;
  close(): Promise<void>;
}

const HITS = 10;

/** Each item is a call of its own, as agents make them; those of a group are made at once. */
export async function openOurs(folder: string): Promise<Contender & { readonly store: MemoryStore }> {
  const store = await openMemoryStore(join(folder, "memory.db"));
  return {
    store,
    async add(items) {
      await Promise.all(items.map((item) => store.write([{ type: "put", item }])));
    },
    async search(text) {
      const query = { owners: [OWNER], tag: null, text, vector: null, limit: HITS };
      return (await store.search(query)).hits.length;
    },
    close: () => store.close(),
  };
}

/** A table as one writes it first: a transaction for each group, and LIKE for each word. */
export function openPlainTable(folder: string): Contender {
  const database = new Database(join(folder, "plain.db"));
  database.pragma("journal_mode = WAL");
  database.pragma("synchronous = FULL");
  database.exec(
    "CREATE TABLE items (id TEXT PRIMARY KEY, owner TEXT, text TEXT, rest TEXT); CREATE INDEX o ON items (owner)",
  );
  const insert = database.prepare("INSERT OR REPLACE INTO items VALUES (?, ?, ?, ?)");
  const insertAll = database.transaction((items: readonly MemoryItem[]) => {
    for (const { id, owner, text, ...rest } of items) insert.run(id, owner, text, JSON.stringify(rest));
  });
  return {
    async add(items) {
      insertAll(items);
    },
    async search(text) {
      const words = text.split(" ");
      // Best first: those that hold most of the words.
      const held = words.map(() => "(text LIKE ?)").join(" + ");
      const sql = `SELECT *, ${held} AS held FROM items WHERE owner = ? AND held > 0 ORDER BY held DESC LIMIT ${HITS}`;
      return database.prepare(sql).all(...words.map((word) => `%${word}%`), OWNER).length;
    },
    async close() {
      database.close();
    },
  };
}

/** The reference server, a process of its own. It writes its whole file anew for each group. */
export async function openMemoryServer(folder: string): Promise<Contender> {
  const client = new Client({ name: "bench", version: "0.0.0" });
  const server = fileURLToPath(import.meta.resolve("@modelcontextprotocol/server-memory/dist/index.js"));
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [server],
      env: { MEMORY_FILE_PATH: join(folder, "memory.jsonl") },
      stderr: "ignore",
    }),
  );
  return {
    async add(items) {
      const entities = items.map(({ id, text }) => ({
        name: id,
        entityType: "memory",
        observations: [text],
      }));
      await client.callTool({ name: "create_entities", arguments: { entities } });
    },
    async search(text) {
      const { structuredContent } = await client.callTool({
        name: "search_nodes",
        arguments: { query: text },
      });
      const found = structuredContent as { readonly entities?: readonly unknown[] } | undefined;
      if (found?.entities === undefined) throw new Error("the server answered with something else");
      return found.entities.length;
    },
    close: () => client.close(),
  };
}
