import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { EVENT_VERSION, type EventType, type KernelEvent } from "../../shared/events.ts";
import type { FileVersion } from "../../shared/files.ts";
import { agentId, coreId, seq, syscallId } from "../../shared/ids.ts";
import type { Store } from "../kernel/ports.ts";
import { openSqliteStore } from "./sqlite-store.ts";
import { thrownBy } from "./testing/thrown-by.ts";

let folder: string;
let file: string;
let store: Store;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aios-store-"));
  file = join(folder, "events.db");
  store = openSqliteStore(file);
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

const head = (n: number) =>
  ({ v: EVENT_VERSION, seq: seq(n), at: 1_700_000_000_000 + n, mono: n / 3 }) as const;
const kernelEvent = (n: number): KernelEvent => ({ ...head(n), type: "kernel.stopped", reason: `stop ${n}` });
const agentEvent = (n: number, agent: number): KernelEvent => ({
  ...head(n),
  type: "agent.messaged",
  agentId: agentId(agent),
  from: "person",
  text: `Grüße, 你好, "${n}"`,
});
const times = { waitMs: 1, serviceMs: 2, turnaroundMs: 3 };
function syscallEvent(n: number, agent: number | null, syscall: number, type: EventType): KernelEvent {
  const ids = { agentId: agent === null ? null : agentId(agent), syscallId: syscallId(syscall) };
  switch (type) {
    case "syscall.created":
      return {
        ...head(n),
        ...ids,
        type,
        call: { kind: "tool", tool: "clock", arguments: { timezone: "UTC" }, toolCallId: null },
        parent: null,
        priority: 5,
        deadline: null,
        tokenBudget: null,
      };
    case "syscall.queued":
      return { ...head(n), ...ids, type, queue: "tool", reason: "new" };
    default:
      return { ...head(n), ...ids, type: "syscall.denied", reason: "no", times };
  }
}

/** A log of several agents: each agent event and syscall in some order, every syscall beginning with its creation. */
const logs = fc
  .array(
    fc.record({ agent: fc.option(fc.integer({ min: 1, max: 4 })), syscall: fc.integer({ min: 0, max: 6 }) }),
    {
      maxLength: 60,
    },
  )
  .map((steps) => {
    const begun = new Map<number, number | null>();
    return steps.map(({ agent, syscall }, index): KernelEvent => {
      const n = index + 1;
      if (syscall === 0) return agent === null ? kernelEvent(n) : agentEvent(n, agent);
      const owner = begun.get(syscall);
      if (owner !== undefined) return syscallEvent(n, owner, syscall, "syscall.queued");
      begun.set(syscall, agent);
      return syscallEvent(n, agent, syscall, "syscall.created");
    });
  });

describe("event log", () => {
  test("gives back what was appended: all, of an agent, of a syscall, in pages", () => {
    fc.assert(
      fc.property(
        logs,
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 0, max: 60 }),
        (events, limit, from) => {
          const path = join(folder, `${crypto.randomUUID()}.db`);
          const log = openSqliteStore(path);
          for (let at = 0; at < events.length; at += limit) log.append(events.slice(at, at + limit));
          expect(log.lastSeq()).toBe(events.length);
          const later = events.filter((event) => event.seq > from);
          expect(log.read({ from: seq(from), limit, agentId: null })).toEqual(later.slice(0, limit));
          for (const agent of [1, 2, 3, 4].map(agentId)) {
            const own = later.filter((event) => "agentId" in event && event.agentId === agent);
            expect(log.read({ from: seq(from), limit, agentId: agent })).toEqual(own.slice(0, limit));
          }
          for (const id of [1, 2, 3].map(syscallId)) {
            const own = events.filter((event) => "syscallId" in event && event.syscallId === id);
            expect(log.readSyscall(id)).toEqual(own);
          }
          log.close();
        },
      ),
      { numRuns: 40 },
    );
  });

  test("goes on after it was closed, and knows the last number", () => {
    expect(store.lastSeq()).toBe(0);
    store.append([kernelEvent(1), agentEvent(2, 1)]);
    store.append([]);
    store.close();
    store = openSqliteStore(file);
    expect(store.lastSeq()).toBe(2);
    store.append([syscallEvent(3, null, 9, "syscall.created")]);
    expect(store.readSyscall(syscallId(9))).toEqual([syscallEvent(3, null, 9, "syscall.created")]);
  });

  test("keeps ids of events whose caller is no agent apart from those of the kernel", () => {
    const core: KernelEvent = { ...head(2), type: "core.removed", coreId: coreId("ollama/llama3") };
    store.append([syscallEvent(1, null, 4, "syscall.created"), core]);
    const [ofProgram, ofKernel] = store.read({ from: seq(0), limit: 9, agentId: null });
    expect(ofProgram).toHaveProperty("agentId", null);
    expect(ofKernel).not.toHaveProperty("agentId");
    expect(ofKernel).toEqual(core);
  });

  test("keeps that an event is of no agent", () => {
    const version = { id: "v1", path: "a.md" } as unknown as FileVersion;
    const event: KernelEvent = { ...head(1), type: "file.changed", agentId: null, version };
    store.append([event]);
    expect(store.read({ from: seq(0), limit: 10, agentId: null })).toEqual([event]);
  });

  test("refuses a gap or a repetition, and then holds nothing of that batch", () => {
    store.append([kernelEvent(1)]);
    expect(() => store.append([kernelEvent(3)])).toThrow("Invariant");
    expect(() => store.append([kernelEvent(1)])).toThrow("Invariant");
    expect(() => store.append([kernelEvent(2), kernelEvent(4)])).toThrow("Invariant");
    expect(store.lastSeq()).toBe(1);
    expect(store.read({ from: seq(0), limit: 9, agentId: null })).toEqual([kernelEvent(1)]);
    store.append([kernelEvent(2)]);
  });

  test("keeps one checkpoint, the last", () => {
    expect(store.loadCheckpoint()).toBeNull();
    store.saveCheckpoint(seq(1), "one");
    store.saveCheckpoint(seq(7), "seven ✓");
    store.close();
    store = openSqliteStore(file);
    expect(store.loadCheckpoint()).toEqual({ seq: 7, text: "seven ✓" });
  });

  test("an event of a newer program is not guessed at", () => {
    store.append([{ ...kernelEvent(1), v: 99 as typeof EVENT_VERSION }]);
    expect(() => store.read({ from: seq(0), limit: 1, agentId: null })).toThrow("version 99");
  });

  test("a damaged file is reported and not replaced", () => {
    store.append(Array.from({ length: 2_000 }, (_, index) => agentEvent(index + 1, 1)));
    store.close();
    const bytes = readFileSync(file);
    const hurt = Buffer.from(bytes).fill(0, bytes.length / 2, bytes.length / 2 + 9_000);
    writeFileSync(file, hurt);
    expect(thrownBy(() => openSqliteStore(file))).toMatchObject({ data: { code: "database-damaged" } });
    expect(readFileSync(file).equals(hurt)).toBe(true);
    writeFileSync(file, bytes);
    store = openSqliteStore(file);
    expect(store.lastSeq()).toBe(2_000);
  });

  test("an event whose text is no longer JSON is reported with its number", () => {
    store.append([{ ...head(1), type: "kernel.stopped", reason: "MARK" }]);
    store.close();
    writeFileSync(
      file,
      Buffer.from(readFileSync(file).toString("latin1").replace('"MARK"', '"MARK,'), "latin1"),
    );
    store = openSqliteStore(file);
    expect(thrownBy(() => store.read({ from: seq(0), limit: 1, agentId: null }))).toMatchObject({
      data: { code: "database-damaged", message: expect.stringContaining("event 1 ") },
    });
  });
});

const APPENDING = `
  import { openSqliteStore } from ${JSON.stringify(new URL("./sqlite-store.ts", import.meta.url).href)};
  const store = openSqliteStore(process.argv[1]);
  let last = store.lastSeq();
  for (let batch = 1; ; batch++) {
    const events = Array.from({ length: 1 + (batch % 40) }, () => (
      { v: 4, seq: ++last, at: last, mono: last, type: "kernel.stopped", reason: "n" + last }
    ));
    store.append(events);
    process.stdout.write(last + "\\n");
    if (batch % 8 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
`;

test("kill -9 at any moment loses no acknowledged event", async () => {
  store.close();
  let acknowledged = 0;
  for (let round = 0; round < 10; round++) {
    const child = spawn(process.execPath, ["--input-type=module", "-e", APPENDING, file], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const exit = once(child, "exit");
    let left = 1 + Math.floor(Math.random() * 150);
    for await (const line of createInterface(child.stdout)) {
      acknowledged = Number(line);
      if (--left === 0) child.kill("SIGKILL");
    }
    await exit;
    const log = openSqliteStore(file);
    expect(log.lastSeq()).toBeGreaterThanOrEqual(acknowledged);
    acknowledged = log.lastSeq();
    log.close();
  }
  store = openSqliteStore(file);
  let from = seq(0);
  for (let page = store.read({ from, limit: 1_000, agentId: null }); page.length > 0; ) {
    for (const event of page) {
      expect(event).toMatchObject({ seq: from + 1, type: "kernel.stopped", reason: `n${from + 1}` });
      from = event.seq;
    }
    page = store.read({ from, limit: 1_000, agentId: null });
  }
  expect(from).toBe(acknowledged);
}, 60_000);
