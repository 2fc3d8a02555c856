import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { AuditReport } from "../../../shared/contract-access.ts";
import { openSqliteStore } from "../sqlite-store.ts";
import { fill, KEY, ROUND, rowsOf, seqOf, tamper, verified } from "./testing/chain-samples.ts";

const ROUNDS = 12;
const ROWS = rowsOf(ROUNDS);

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aios-audit-"));
  file = join(folder, "events.db");
});
afterEach(() => rmSync(folder, { recursive: true }));

interface Tampering {
  readonly name: string;
  readonly change: (database: Database.Database) => void;
  readonly row: number;
  readonly what: Extract<AuditReport, { type: "broken" }>["what"];
}

const row = fc.integer({ min: 1, max: ROWS });
const run =
  (sql: string, ...values: readonly unknown[]) =>
  (database: Database.Database) => {
    const { changes } = database.prepare(sql).run(...values);
    if (changes === 0) throw new Error(`Nothing was tampered with: ${sql}`);
  };
/** Moves rows from `from` on by `by` places; through negative numbers, since no two may be the same on the way. */
const shift = (database: Database.Database, from: number, by: number): void => {
  database.prepare("UPDATE audit SET row = -row WHERE row >= ?").run(from);
  database.prepare("UPDATE audit SET row = -row + ? WHERE row < 0").run(by);
};
const changed = (name: string, sql: (row: number) => string) =>
  row.map((at): Tampering => ({ name: `${name} ${at}`, change: run(sql(at)), row: at, what: "changed" }));

const tamperings: fc.Arbitrary<Tampering> = fc.oneof(
  changed("body", (at) => `UPDATE events SET body = replace(body, ':1', ':7') WHERE seq = ${seqOf(at)}`),
  changed("no JSON", (at) => `UPDATE events SET body = '{' WHERE seq = ${seqOf(at)}`),
  changed("agent", (at) => `UPDATE events SET agent = agent + 1 WHERE seq = ${seqOf(at)}`),
  changed("no agent", (at) => `UPDATE events SET agent = NULL WHERE seq = ${seqOf(at)}`),
  changed("syscall", (at) => `UPDATE events SET syscall = 99 WHERE seq = ${seqOf(at)}`),
  changed("type", (at) => `UPDATE events SET type = 'syscall.denied' WHERE seq = ${seqOf(at)}`),
  changed("code", (at) => `UPDATE audit SET mac = zeroblob(32) WHERE row = ${at}`),
  changed("event named", (at) => `UPDATE audit SET seq = ${ROUND * ROUNDS} WHERE row = ${at}`),
  row.map(
    (at): Tampering => ({
      name: `event ${at} deleted`,
      change: run("DELETE FROM events WHERE seq = ?", seqOf(at)),
      row: at,
      what: "removed",
    }),
  ),
  row.map(
    (at): Tampering => ({
      name: `row ${at} deleted`,
      change: run("DELETE FROM audit WHERE row = ?", at),
      row: at,
      what: "removed",
    }),
  ),
  fc.tuple(fc.integer({ min: 1, max: ROWS - 1 }), fc.constantFrom("kept", "forged")).map(
    ([at, head]): Tampering => ({
      name: `row ${at} deleted, the rest moved up, head ${head}`,
      change: (database) => {
        run("DELETE FROM audit WHERE row = ?", at)(database);
        shift(database, at, -1);
        if (head === "forged") run("UPDATE audit_head SET rows = rows - 1")(database);
      },
      row: at,
      // Before the first row nothing tells a deleted one from a changed one, once the head is forged.
      what: at === 1 && head === "forged" ? "changed" : "removed",
    }),
  ),
  fc.tuple(row, fc.constantFrom("kept", "forged", "deleted", "events too")).map(
    ([at, how]): Tampering => ({
      name: `all from ${at} deleted, ${how}`,
      change: (database) => {
        run("DELETE FROM audit WHERE row >= ?", at)(database);
        if (how === "events too") run("DELETE FROM events WHERE seq >= ?", seqOf(at))(database);
        if (how === "deleted" && at > 1) run("DELETE FROM audit_head")(database);
        if (how === "forged") {
          run(
            "UPDATE audit_head SET rows = ?, mac = coalesce((SELECT mac FROM audit WHERE row = ?), x'')",
            at - 1,
            at - 1,
          )(database);
        }
      },
      row: at,
      what: "removed",
    }),
  ),
  fc
    .tuple(row, row)
    .filter(([a, b]) => a !== b)
    .map(
      ([a, b]): Tampering => ({
        name: `rows ${a} and ${b} swapped`,
        change: (database) => {
          run("UPDATE audit SET row = -1 WHERE row = ?", a)(database);
          run("UPDATE audit SET row = ? WHERE row = ?", a, b)(database);
          run("UPDATE audit SET row = ? WHERE row = -1", b)(database);
        },
        row: Math.min(a, b),
        what: "moved",
      }),
    ),
  row.map(
    (at): Tampering => ({
      name: `row ${at} moved to the end`,
      change: run(`UPDATE audit SET row = ${ROWS + 5} WHERE row = ?`, at),
      row: at,
      what: "moved",
    }),
  ),
  fc.tuple(row, fc.integer({ min: 1, max: ROUND * ROUNDS + 9 })).map(
    ([at, event]): Tampering => ({
      name: `a row for event ${event} put in at ${at}`,
      change: (database) => {
        shift(database, at, 1);
        run("INSERT INTO audit VALUES (?, ?, randomblob(32))", at, event)(database);
      },
      row: at,
      what: "added",
    }),
  ),
  fc.constantFrom(0, -3).map(
    (at): Tampering => ({
      name: `a row ${at} put in before the first`,
      change: run("INSERT INTO audit VALUES (?, 1, zeroblob(32))", at),
      row: 1,
      what: "added",
    }),
  ),
  fc
    .constantFrom(
      "UPDATE audit_head SET seal = zeroblob(32)",
      "UPDATE audit_head SET rows = rows + 1",
      "UPDATE audit_head SET mac = zeroblob(32)",
    )
    .map(
      (sql): Tampering => ({
        name: sql,
        change: run(sql),
        row: ROWS + 1,
        what: "removed",
      }),
    ),
);

describe("tampering is found, and its first row named", () => {
  let base: string;
  let baseFolder: string;
  beforeAll(() => {
    baseFolder = mkdtempSync(join(tmpdir(), "aios-audit-base-"));
    base = join(baseFolder, "events.db");
    const store = openSqliteStore(base, { auditKey: KEY });
    fill(store, 0, ROUNDS);
    store.close();
  });
  afterAll(() => rmSync(baseFolder, { recursive: true }));

  test("when the program was not running", async () => {
    await fc.assert(
      fc.asyncProperty(tamperings, async ({ change, row, what }) => {
        copyFileSync(base, file);
        tamper(file, change);
        expect(await verified(file)).toMatchObject({ type: "broken", row, what });
      }),
      { numRuns: 300 },
    );
  }, 60_000);

  test("while it runs, and ever after, though the chain goes on", async () => {
    await fc.assert(
      fc.asyncProperty(
        tamperings.filter(({ row }) => row <= ROWS),
        async ({ change, row, name }) => {
          copyFileSync(base, file);
          const store = openSqliteStore(file, { auditKey: KEY });
          tamper(file, change);
          expect(await store.verifyAudit()).toMatchObject({ type: "broken", row });
          // Numbers of events that someone took away are not given again.
          if (!name.endsWith("events too")) {
            fill(store, ROUNDS, 1);
            expect(await store.verifyAudit()).toMatchObject({ type: "broken", row });
          }
          store.close();
          expect(await verified(file)).toMatchObject({ type: "broken", row });
        },
      ),
      { numRuns: 100 },
    );
  }, 60_000);

  test("when all of it is wiped while it runs", async () => {
    copyFileSync(base, file);
    const store = openSqliteStore(file, { auditKey: KEY });
    tamper(file, (database) =>
      database.exec("DELETE FROM audit; DELETE FROM audit_head; DELETE FROM audit_keys"),
    );
    expect(await store.verifyAudit()).toMatchObject({ type: "broken", row: 1, what: "removed" });
    store.close();
  });

  test("when an older head and end are put back while it runs", async () => {
    copyFileSync(base, file);
    const store = openSqliteStore(file, { auditKey: KEY });
    const [older] = [new Database(file)].map((database) => {
      const head = database.prepare("SELECT rows, mac, seal FROM audit_head").raw().get();
      database.close();
      return head;
    });
    fill(store, ROUNDS, 1);
    tamper(file, (database) => {
      database.prepare("DELETE FROM audit WHERE row > ?").run(ROWS);
      database.prepare("UPDATE audit_head SET rows = ?, mac = ?, seal = ?").run(...(older as unknown[]));
    });
    expect(await store.verifyAudit()).toMatchObject({ type: "broken", row: ROWS + 1, what: "removed" });
    store.close();
  });
});
