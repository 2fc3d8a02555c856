import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { KernelEvent } from "../../../shared/events.ts";
import { openSqliteStore } from "../sqlite-store.ts";
import {
  fill,
  KEY,
  numbered,
  OTHER_KEY,
  ROUND,
  round,
  rowsOf,
  seqOf,
  tamper,
  verified,
} from "./testing/chain-samples.ts";

const EVERYTHING = { before: null, limit: 200, agentId: null, verdict: null, text: "" } as const;

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aios-audit-"));
  file = join(folder, "events.db");
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("a chain that nobody touched", () => {
  test("is intact, over restarts, whatever the batches", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 8 }),
        async (sizes) => {
          const path = join(folder, `${crypto.randomUUID()}.db`);
          const events = numbered(Array.from({ length: 20 }, (_, n) => round(n)).flat(), 1);
          let at = 0;
          for (const size of sizes) {
            const store = openSqliteStore(path, { auditKey: KEY });
            store.append(events.slice(at, at + size));
            at += size;
            store.close();
          }
          const inAudit = events.slice(0, at).filter(({ seq: n }) => n % ROUND === 2 || n % ROUND === 3);
          const lastSeq = inAudit.at(-1)?.seq ?? null;
          expect(await verified(path)).toEqual({ type: "intact", rows: inAudit.length, lastSeq });
        },
      ),
      { numRuns: 20 },
    );
  });

  test("of ten thousand rows is walked while others go on", async () => {
    const store = openSqliteStore(file, { auditKey: KEY });
    store.append(numbered(Array.from({ length: 5_000 }, (_, n) => round(n)).flat(), 1));
    let turns = 0;
    let counting = setImmediate(function count() {
      turns += 1;
      counting = setImmediate(count);
    });
    const report = store.verifyAudit();
    fill(store, 5_000, 1);
    expect(await report).toEqual({ type: "intact", rows: 10_002, lastSeq: 25_003 });
    clearImmediate(counting);
    expect(turns).toBeGreaterThanOrEqual(99);
    store.close();
  });

  test("holds nothing of a batch that was refused", async () => {
    const store = openSqliteStore(file, { auditKey: KEY });
    fill(store, 0, 2);
    expect(() => store.append(numbered(round(9), 500))).toThrow("Invariant");
    const [first, ...rest] = numbered(round(2), 2 * ROUND + 1);
    if (!first) throw new Error("a round has events");
    const unreadable = { ...first, type: null as unknown as "syscall.created" } as KernelEvent;
    expect(() => store.append([unreadable, ...rest])).toThrow();
    fill(store, 2, 1);
    expect(await store.verifyAudit()).toMatchObject({ type: "intact", rows: rowsOf(3) });
    store.close();
  });

  test("an event that is none of the audit's is none of the chain's", async () => {
    const store = openSqliteStore(file, { auditKey: KEY });
    fill(store, 0, 2);
    store.close();
    tamper(file, (database) => database.exec("UPDATE events SET body = '{}' WHERE seq = 1"));
    expect(await verified(file)).toMatchObject({ type: "intact", rows: 4 });
  });
});

describe("keys", () => {
  test("without one the audit is kept and nothing vouches for it", async () => {
    const store = openSqliteStore(file);
    fill(store, 0, 2);
    expect(await store.verifyAudit()).toEqual({ type: "no-key", rows: 4 });
    expect((await store.readAudit(EVERYTHING)).rows).toHaveLength(4);
    store.close();
    expect(await verified(file)).toEqual({ type: "no-key", rows: 4 });
  });

  test("another one goes on from there, and says of which rows nothing is known", async () => {
    for (const [from, auditKey] of [KEY, OTHER_KEY, OTHER_KEY, null, KEY].entries()) {
      const store = openSqliteStore(file, { auditKey });
      fill(store, from, 1);
      store.close();
    }
    expect(await verified(file, KEY)).toEqual({ type: "no-key", rows: 6 });
    expect(await verified(file, OTHER_KEY)).toEqual({ type: "no-key", rows: 6 });
    // What is one's own is still told to be broken, and so is what is gone.
    const cases = [
      [`UPDATE events SET body = '{"v":2}' WHERE seq = ${seqOf(10)}`, KEY, { row: 10, what: "changed" }],
      [`UPDATE events SET body = '{"v":2}' WHERE seq = ${seqOf(3)}`, OTHER_KEY, { row: 3, what: "changed" }],
      [`DELETE FROM events WHERE seq = ${seqOf(4)}`, KEY, { row: 4, what: "removed" }],
      ["DELETE FROM audit WHERE row = 4", KEY, { row: 4, what: "removed" }],
    ] as const;
    for (const [sql, key, expected] of cases) {
      const path = join(folder, "case.db");
      copyFileSync(file, path);
      tamper(path, (database) => database.exec(sql));
      expect(await verified(path, key)).toMatchObject({ type: "broken", ...expected });
    }
  });

  test("none stands in the file", async () => {
    const store = openSqliteStore(file, { auditKey: KEY });
    fill(store, 0, 3);
    store.close();
    tamper(file, (database) => {
      for (const table of ["events", "audit", "audit_head", "audit_keys", "checkpoint"]) {
        const rows = JSON.stringify(database.prepare(`SELECT * FROM ${table}`).raw().all());
        expect(rows).not.toContain(KEY);
        expect(rows).not.toContain(JSON.stringify([...Buffer.from(KEY, "hex")]).slice(1, -1));
      }
    });
  });
});
