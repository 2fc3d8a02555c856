import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { KernelEvent } from "../../shared/events.ts";
import { seq } from "../../shared/ids.ts";
import { openWorkerStore } from "./worker-store.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aios-worker-store-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const stopped = (number: number): KernelEvent => ({
  v: 2,
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

test("a thread that has ended refuses commits, and closing does not wait for it", async () => {
  const file = join(folder, "events.db");
  const store = await openWorkerStore(file);
  // The thread opens the file after us, and finds another one.
  rmSync(file);
  writeFileSync(file, "no database");
  await expect(store.append([stopped(1)])).rejects.toMatchObject({ data: { code: "storage-failed" } });
  await store.close();
});
