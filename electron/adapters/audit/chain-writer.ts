import type Database from "better-sqlite3";
import type { EventColumns } from "../event-rows.ts";
import type { ChainMacs } from "./chain-macs.ts";

/**
 * `mac` is empty in rows that were written without a key. `audit_keys` says from which row on which key was used:
 * with another key nothing can be said of those rows, which is not the same as their being forged.
 */
export const AUDIT_TABLES = `
  CREATE TABLE audit (row INTEGER PRIMARY KEY, seq INTEGER NOT NULL, mac BLOB NOT NULL) STRICT;
  CREATE TABLE audit_head (
    id INTEGER PRIMARY KEY CHECK (id = 1), rows INTEGER NOT NULL, mac BLOB NOT NULL, seal BLOB NOT NULL
  ) STRICT;
  CREATE TABLE audit_keys (first_row INTEGER PRIMARY KEY, fingerprint BLOB NOT NULL) STRICT;`;

/** The record of the chain's end, replaced in the transaction of each row. */
export interface ChainHead {
  readonly rows: number;
  readonly mac: Buffer;
  readonly seal: Buffer;
}

/** Where the chain ends, as its writer knows it. */
export interface ChainEnd {
  readonly rows: number;
  readonly mac: Buffer;
  /** Whether the rows of this writer's key have begun. */
  readonly begun: "yes" | "no";
}

const NOTHING = Buffer.alloc(0);

export interface ChainWriter {
  /** The end of the chain that is there, to go on from. Rows that someone took off the end are missed for ever. */
  load(): ChainEnd;
  /** Writes the rows of the events that belong to the audit, inside the transaction of those events. */
  append(columns: EventColumns, end: ChainEnd): ChainEnd;
}

/** `macs: null`: rows are written, so that the audit can be read, and nothing vouches for them. */
export function createChainWriter(database: Database.Database, macs: ChainMacs | null): ChainWriter {
  // A row that someone else put there first must not keep events from being written.
  const insertRow = database.prepare<[number, number, Buffer]>(
    "INSERT OR REPLACE INTO audit VALUES (?, ?, ?)",
  );
  const insertKey = database.prepare<[number, Buffer]>("INSERT OR REPLACE INTO audit_keys VALUES (?, ?)");
  const saveHead = database.prepare<[number, Buffer, Buffer]>(
    "INSERT OR REPLACE INTO audit_head VALUES (1, ?, ?, ?)",
  );
  const fingerprint = macs?.fingerprint ?? NOTHING;

  return {
    load() {
      const head = database.prepare<[], ChainHead>("SELECT rows, mac, seal FROM audit_head").get();
      const last = database
        .prepare<[], { row: number; mac: Buffer }>("SELECT row, mac FROM audit ORDER BY row DESC LIMIT 1")
        .get();
      const key = database
        .prepare<[], Buffer>("SELECT fingerprint FROM audit_keys ORDER BY first_row DESC LIMIT 1")
        .pluck()
        .get();
      const begun = key?.equals(fingerprint) ? "yes" : "no";
      if (last && last.row > (head?.rows ?? 0)) return { rows: last.row, mac: last.mac, begun };
      return { rows: head?.rows ?? 0, mac: head?.mac ?? NOTHING, begun };
    },

    append({ first, agents, syscalls, types, bodies, audited }, end) {
      if (audited.length === 0) return end;
      let { rows, mac } = end;
      if (end.begun === "no") insertKey.run(rows + 1, fingerprint);
      for (const index of audited) {
        const event = {
          seq: first + index,
          agent: agents[index] ?? null,
          syscall: syscalls[index] ?? null,
          type: types[index] ?? "",
          body: bodies[index] ?? "",
        };
        rows += 1;
        mac = macs?.row(mac, rows, event) ?? NOTHING;
        insertRow.run(rows, event.seq, mac);
      }
      saveHead.run(rows, mac, macs?.seal(rows, mac) ?? NOTHING);
      return { rows, mac, begun: "yes" };
    },
  };
}
