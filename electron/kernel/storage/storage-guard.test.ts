import { describe, expect, it } from "vitest";
import { KernelError, type KernelErrorData } from "../../../shared/errors.ts";
import type { KernelEventBody } from "../../../shared/events.ts";
import type { StorageStatus } from "../../../shared/files.ts";
import { seq } from "../../../shared/ids.ts";
import { DISK_RETRY_MS } from "../limits.ts";
import type { DiskProbe, Tool } from "../ports.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { guardCall, guardTools } from "./guarded.ts";
import { StorageGuard } from "./storage-guard.ts";

const FULL = new KernelError("storage-failed", 'There is no space left for "notes.txt"');

/** A guard over a fake disk and log, as full as the test has it. */
function stand() {
  const clock = new ManualClock();
  const disk = { state: "room" as "room" | "full", held: "no" as "yes" | "no", probes: 0 };
  const log = { problem: null as KernelErrorData | null, told: [] as StorageStatus[] };
  const settled = { count: 0, state: "works" as "works" | "fails" };
  let refused: (problem: KernelErrorData) => void = () => {};
  const probe: DiskProbe = {
    async reserve() {
      disk.held = "yes";
    },
    async release() {
      disk.held = "no";
    },
    async probe() {
      disk.probes += 1;
      if (disk.state === "full") throw FULL;
      disk.held = "yes";
    },
    measure: () => Promise.reject(FULL),
  };
  const guard = new StorageGuard({
    clock,
    disk: probe,
    log: {
      append(event: KernelEventBody) {
        if (event.type === "storage.changed") log.told.push(event.status);
        return seq(1);
      },
      problem: () => log.problem,
      onProblem: (listener) => {
        refused = listener;
      },
    },
  });
  const open = (last: StorageStatus = { mode: "ready" }): void =>
    guard.open(last, async () => {
      if (settled.state === "fails") throw FULL;
      settled.count += 1;
    });
  /** Lets a try come, and everything that follows from it. */
  const tryAgain = async (): Promise<void> => {
    clock.advance(DISK_RETRY_MS);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { clock, disk, log, settled, guard, open, tryAgain, refuse: () => refused(FULL.data) };
}

describe("a guard of storage", () => {
  it("refuses changes once the disk is full, gives the reserve away, and says so once", () => {
    const { guard, open, log, disk, clock } = stand();
    open();
    expect(disk.held).toBe("yes");
    expect(() => guard.check()).not.toThrow();
    guard.failed(FULL);
    guard.failed(FULL);
    const status = { mode: "read-only", reason: FULL.message, since: clock.wall() };
    expect(guard.status()).toEqual(status);
    expect(log.told).toEqual([status]);
    expect(disk.held).toBe("no");
    expect(() => guard.check()).toThrow(/^Storage is read-only: There is no space left for "notes.txt"$/);
  });

  it("is ready again by itself, the reserve taken and what was cut short settled", async () => {
    const { guard, open, log, disk, settled, tryAgain } = stand();
    open();
    disk.state = "full";
    guard.failed(FULL);
    await tryAgain();
    await tryAgain();
    expect(guard.status().mode).toBe("read-only");
    disk.state = "room";
    await tryAgain();
    expect(disk).toMatchObject({ probes: 3, held: "yes" });
    expect(settled.count).toBe(1);
    expect(log.told.map(({ mode }) => mode)).toEqual(["read-only", "ready"]);
    await tryAgain();
    expect(disk.probes).toBe(3);
  });

  it("waits for the log, and for what was cut short, and gives the reserve away meanwhile", async () => {
    const { guard, open, log, disk, settled, tryAgain, refuse } = stand();
    open();
    log.problem = FULL.data;
    refuse();
    await tryAgain();
    expect(guard.status().mode).toBe("read-only");
    expect(disk.held).toBe("no");
    log.problem = null;
    settled.state = "fails";
    await tryAgain();
    expect(guard.status().mode).toBe("read-only");
    settled.state = "works";
    await tryAgain();
    expect(guard.status().mode).toBe("ready");
  });

  it("puts right what an earlier kernel said last", () => {
    const { open, log } = stand();
    open({ mode: "read-only", reason: "full", since: 1 });
    expect(log.told).toEqual([{ mode: "ready" }]);
  });

  it.each([
    ["There is no space left for versions of files", "read-only"],
    ["The database memory.db failed: database or disk is full (SQLITE_FULL)", "read-only"],
    ["The database versions.db failed: disk I/O error (SQLITE_IOERR_WRITE)", "read-only"],
    ['The file system refused "a.txt" (EROFS)', "read-only"],
    ['The file system refused "aaaa" (ENAMETOOLONG)', "ready"],
    ['The file system refused "locked.txt" (EACCES)', "ready"],
    ["The database index.db is closed", "ready"],
  ])("takes %j for %s", (message, mode) => {
    const { guard, open } = stand();
    open();
    guard.failed(new KernelError("storage-failed", message));
    expect(guard.status().mode).toBe(mode);
  });

  it("tries nothing any more once it is closed", () => {
    const { guard, open, clock } = stand();
    open();
    guard.failed(FULL);
    guard.close();
    guard.failed(FULL);
    expect(clock.timers).toBe(0);
  });
});

describe("guarded tools", () => {
  const tool = (name: string, type: "read" | "write"): Tool => ({
    specification: { name, description: "", parameters: {} },
    server: null,
    kind: "storage",
    idempotent: "yes",
    concurrency: 1,
    timeoutMs: 1,
    parse: (args) => args,
    effects: async () => [{ type, target: "a.txt", reversible: "yes" }],
    taints: async () => [],
    privates: () => [],
    preview: async () => ({ type: "none" }),
    run: async () => "done",
  });

  it("that change something are refused; those that read, or close a door, go on", async () => {
    const { guard, open } = stand();
    open();
    const tools = guardTools(guard, [
      tool("read_file", "read"),
      tool("write_file", "write"),
      tool("revoke_share", "write"),
    ]);
    const outcomes = async () =>
      (await Promise.allSettled(tools.map((each) => each.effects({}, { memoryOwner: "person" })))).map(
        ({ status }) => status,
      );
    expect(await outcomes()).toEqual(["fulfilled", "fulfilled", "fulfilled"]);
    guard.failed(FULL);
    expect(await outcomes()).toEqual(["fulfilled", "rejected", "fulfilled"]);
    const call = guardCall(guard, async () => "done");
    await expect(call("write_file", {})).rejects.toMatchObject({ data: { code: "storage-failed" } });
    expect(await call("revoke_share", {})).toBe("done");
  });
});
