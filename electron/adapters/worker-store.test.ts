import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, expect, test } from "vitest";
import { KernelError } from "../../shared/errors.ts";
import type { KernelEvent } from "../../shared/events.ts";
import { seq } from "../../shared/ids.ts";
import { openWorkerStore } from "./worker-store.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aios-worker-store-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const stopped = (number: number): KernelEvent => ({
  v: 4,
  seq: seq(number),
  at: 0,
  mono: 0,
  type: "kernel.stopped",
  reason: `number ${number}`,
});

test("what was appended is read here and by the next to open the file", async () => {
  const file = join(folder, "events.db");
  const events = [stopped(1), stopped(2)];
  const store = await openWorkerStore(file);
  await store.append(events);
  await store.saveCheckpoint(seq(2), "state");
  expect(store.read({ from: seq(0), limit: 10, agentId: null })).toEqual(events);
  await store.close();
  const again = await openWorkerStore(file);
  expect(again.read({ from: seq(1), limit: 10, agentId: null })).toEqual([events[1]]);
  expect(again.loadCheckpoint()).toEqual({ seq: 2, text: "state" });
  await again.close();
});

const KEY = "5".repeat(64);
const removed = (number: number): KernelEvent => ({
  v: 4,
  seq: seq(number),
  at: 0,
  mono: 0,
  type: "group.removed",
  name: `group-${number}`,
});

test("the audit is read and verified on the thread, under its key, while commits go on", async () => {
  const file = join(folder, "events.db");
  const store = await openWorkerStore(file, { auditKey: KEY });
  await store.append(Array.from({ length: 1_000 }, (_, index) => removed(index + 1)));
  const report = store.verifyAudit();
  const page = store.readAudit({ before: null, limit: 2, agentId: null, verdict: null, text: "group-7" });
  await store.append([removed(1_001)]);
  expect(await report).toEqual({ type: "intact", rows: 1_001, lastSeq: 1_001 });
  const { rows, more } = await page;
  expect([rows.map(({ row }) => row), more]).toEqual([[799, 798], "yes"]);
  await store.close();
  const forger = new Database(file);
  forger.exec("UPDATE events SET body = replace(body, 'group-500', 'group-501')");
  forger.close();
  const again = await openWorkerStore(file, { auditKey: KEY });
  expect(await again.verifyAudit()).toMatchObject({ type: "broken", row: 500, seq: 500, what: "changed" });
  await again.close();
  const keyless = await openWorkerStore(file);
  expect(await keyless.verifyAudit()).toEqual({ type: "no-key", rows: 1_001 });
  await keyless.close();
});

test("a verification that the end of the program breaks off is told so, and holds nothing up", async () => {
  const store = await openWorkerStore(join(folder, "events.db"), { auditKey: KEY });
  await store.append(Array.from({ length: 20_000 }, (_, index) => removed(index + 1)));
  const report = store.verifyAudit().catch((thrown) => thrown);
  await store.close();
  expect(await report).toBeInstanceOf(KernelError);
  await expect(
    store.readAudit({ before: null, limit: 2, agentId: null, verdict: null, text: "" }),
  ).rejects.toThrow(KernelError);
});

test("a thread that has ended refuses commits, and closing does not wait for it", async () => {
  const file = join(folder, "events.db");
  const store = await openWorkerStore(file);
  // The thread opens the file after us, and finds another one.
  rmSync(file);
  writeFileSync(file, "no database");
  await expect(store.append([stopped(1)])).rejects.toMatchObject({ data: { code: "storage-failed" } });
  await store.close();
});
