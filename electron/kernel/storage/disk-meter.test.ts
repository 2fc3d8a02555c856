import { expect, it } from "vitest";
import type { KernelEventBody } from "../../../shared/events.ts";
import type { DiskUse } from "../../../shared/files.ts";
import { seq } from "../../../shared/ids.ts";
import { emptyState } from "../../../shared/state.ts";
import { DISK_MEASURE_MS, DISK_MEASURES_LEFT_OUT } from "../limits.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { DiskMeter } from "./disk-meter.ts";

const USE: DiskUse = {
  dataBytes: 900_000_000,
  workspaceBytes: 500_000_000,
  versionBytes: 300_000_000,
  memoryBytes: 40_000,
  logBytes: 50_000_000,
  freeBytes: 10_000_000_000,
};

function stand() {
  const clock = new ManualClock();
  const told: DiskUse[] = [];
  const state = emptyState();
  const disk = { use: USE as DiskUse | null, looks: 0 };
  const meter = new DiskMeter({
    clock,
    log: {
      append(event: KernelEventBody) {
        if (event.type === "storage.measured") told.push(event.disk);
        state.seq = seq(state.seq + 1);
        return state.seq;
      },
      state: () => state,
    },
    disk: {
      async measure() {
        disk.looks += 1;
        if (disk.use === null) throw new Error("The disk refused");
        return disk.use;
      },
    },
  });
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  const look = async (): Promise<void> => {
    clock.advance(DISK_MEASURE_MS);
    await settle();
  };
  /** Something else happens. */
  const work = (): void => {
    state.seq = seq(state.seq + 5);
  };
  return { clock, disk, told, meter, look, work, settle };
}

it("tells at the start, and then what moved by more than 1 MB or 1 %", async () => {
  const { disk, told, meter, look, work, settle } = stand();
  meter.open();
  await settle();
  expect(told).toEqual([USE]);
  work();
  disk.use = { ...USE, logBytes: USE.logBytes + 400_000, freeBytes: USE.freeBytes - 900_000 };
  await look();
  expect(told).toHaveLength(1);
  work();
  disk.use = { ...disk.use, freeBytes: USE.freeBytes - 1_000_001 };
  await look();
  expect(told).toHaveLength(2);
  work();
  disk.use = { ...disk.use, memoryBytes: 40_401 };
  await look();
  expect(told).toHaveLength(3);
});

it("looks seldom while nothing happens, and goes on after a failure", async () => {
  const { disk, told, meter, look, work, settle, clock } = stand();
  disk.use = null;
  meter.open();
  await settle();
  disk.use = USE;
  await look();
  expect(told).toEqual([USE]);
  for (let n = 0; n < DISK_MEASURES_LEFT_OUT; n += 1) await look();
  expect(disk.looks).toBe(2);
  await look();
  expect(disk.looks).toBe(3);
  work();
  await look();
  expect(disk.looks).toBe(4);
  meter.close();
  expect(clock.timers).toBe(0);
});
