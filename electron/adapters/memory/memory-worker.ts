import { parentPort, workerData } from "node:worker_threads";
import { invariant, toErrorData } from "../../../shared/errors.ts";
import type { MemoryWrite } from "../../kernel/memory-ports.ts";
import type { Answer, MemoryReply, MemoryRequest, MemoryWorkerData, RefusedCall } from "./memory-protocol.ts";
import { type MemoryTables, openMemoryTables } from "./memory-tables.ts";
import { type CallPart, unpackParts } from "./packed-writes.ts";

/** Changes after which a transaction ends: some 100 ms of work, so that nobody waits long for an answer behind it. */
const GROUP_CHANGES = 4_096;

/** Changes after which the log is moved into the file while whoever waited goes on, so that no commit has to. */
const CHECKPOINT_CHANGES = 2_048;

/** Without a commit for so long the thread tidies up, in short steps with pauses for whoever comes. */
const IDLE_MS = 200;
const BETWEEN_STEPS_MS = 5;

interface Call {
  readonly id: number;
  readonly changes: MemoryWrite[];
}

invariant(parentPort, "this file runs as a worker thread");
const port = parentPort;
const send = (reply: MemoryReply): void => port.postMessage(reply);
const { file, limits } = workerData as MemoryWorkerData;

try {
  serve(openMemoryTables(file, limits));
  send({ type: "opened" });
} catch (thrown) {
  send({ type: "not-opened", error: toErrorData(thrown) });
}

function serve(tables: MemoryTables): void {
  let coming: Call | null = null;
  /** Calls that were taken and are not committed yet. */
  let group: number[] = [];
  let changesTaken = 0;
  let changesInLog = 0;
  let commits: "planned" | "none" = "none";
  let tidying: NodeJS.Timeout | undefined;

  port.on("message", (request: MemoryRequest) => {
    switch (request.type) {
      case "write":
        take(unpackParts(request.parts));
        if (changesTaken >= GROUP_CHANGES) commitGroup();
        else if (request.more === "no") planCommit();
        return;
      case "ask":
        // Nobody sees what is not on disk.
        commitGroup();
        send({ type: "answered", id: request.id, outcome: answer(request) });
        return;
      case "close":
        commitGroup();
        clearTimeout(tidying);
        tables.close();
        port.close();
        return;
      default:
        request satisfies never;
    }
  });

  /** Their changes are made at once, while the next parts are still being handed over. */
  function take(parts: readonly CallPart[]): void {
    const whole: (readonly MemoryWrite[])[] = [];
    for (const { id, changes, more } of parts) {
      coming ??= { id, changes: [] };
      coming.changes.push(...changes);
      if (more === "yes") continue;
      whole.push(coming.changes);
      group.push(id);
      changesTaken += coming.changes.length;
      coming = null;
    }
    if (whole.length === 0) return;
    // Tidying would become part of the open transaction. The commit plans it anew.
    clearTimeout(tidying);
    tables.take(whole);
  }

  /** Once the messages that are here have been read: what came together is one group. */
  function planCommit(): void {
    if (commits === "planned") return;
    commits = "planned";
    setImmediate(() => {
      commits = "none";
      commitGroup();
    });
  }

  function commitGroup(): void {
    if (group.length === 0) return;
    const calls = group;
    changesInLog += changesTaken;
    group = [];
    changesTaken = 0;
    send({ type: "written", ...committed(calls) });
    if (changesInLog >= CHECKPOINT_CHANGES) {
      changesInLog = 0;
      trying(tables.checkpoint);
    }
    tidyAfter(IDLE_MS);
  }

  function tidyAfter(ms: number): void {
    clearTimeout(tidying);
    tidying = setTimeout(() => {
      trying(() => {
        if (tables.tidy() === "more") tidyAfter(BETWEEN_STEPS_MS);
      });
    }, ms);
  }

  /** Nothing waits for it; what the next call needs of the file tells what is wrong with it. */
  function trying(work: () => void): void {
    try {
      work();
    } catch {}
  }

  function committed(calls: readonly number[]): { kept: number[]; refused: RefusedCall[] } {
    try {
      const errors = tables.commit([]);
      const refused = calls.flatMap((id, index) => {
        const error = errors[index];
        return error === null || error === undefined ? [] : { id, error };
      });
      const gone = new Set(refused.map(({ id }) => id));
      return { kept: calls.filter((id) => !gone.has(id)), refused };
    } catch (thrown) {
      const error = toErrorData(thrown);
      return { kept: [], refused: calls.map((id) => ({ id, error })) };
    }
  }

  function answer({ method, args }: Extract<MemoryRequest, { type: "ask" }>): Answer {
    try {
      const ask = tables.answers[method] as (...parameters: typeof args) => unknown;
      return { type: "done", answer: ask(...args) };
    } catch (thrown) {
      return { type: "refused", error: toErrorData(thrown) };
    }
  }
}
