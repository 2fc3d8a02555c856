import { parentPort, workerData } from "node:worker_threads";
import { invariant, toErrorData } from "../../../shared/errors.ts";
import type { MemoryWrite } from "../../kernel/memory-ports.ts";
import type { CallPart, MemoryReply, MemoryRequest, MemoryWorkerData, Settled } from "./memory-protocol.ts";
import { type MemoryTables, openMemoryTables } from "./memory-tables.ts";

/** Changes of one transaction: some 100 ms of work, so that nobody waits long for an answer behind it. */
const GROUP_CHANGES = 4_096;

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
  const waiting: Call[] = [];
  let commits: "planned" | "none" = "none";
  let tidying: NodeJS.Timeout | undefined;

  port.on("message", (request: MemoryRequest) => {
    switch (request.type) {
      case "write":
        for (const part of JSON.parse(request.parts) as CallPart[]) take(part);
        if (request.more === "no" || waitingChanges() >= GROUP_CHANGES) planCommit();
        return;
      case "ask":
        send({ type: "settled", calls: [answer(request)] });
        return;
      case "close":
        while (waiting.length > 0) commitGroup();
        clearTimeout(tidying);
        tables.close();
        port.close();
        return;
      default:
        request satisfies never;
    }
  });

  const waitingChanges = (): number => waiting.reduce((sum, { changes }) => sum + changes.length, 0);

  function take({ id, changes, more }: CallPart): void {
    coming ??= { id, changes: [] };
    coming.changes.push(...changes);
    if (more === "yes") return;
    waiting.push(coming);
    coming = null;
  }

  /** Once the messages that are here have been read: what came together is one group. */
  function planCommit(): void {
    if (commits === "planned") return;
    commits = "planned";
    setImmediate(() => {
      commits = "none";
      if (waiting.length > 0) commitGroup();
      if (waiting.length > 0) planCommit();
    });
  }

  function commitGroup(): void {
    let changes = 0;
    const end = waiting.findIndex((call) => {
      changes += call.changes.length;
      return changes > GROUP_CHANGES;
    });
    const group = waiting.splice(0, end === -1 ? waiting.length : Math.max(1, end));
    send({ type: "settled", calls: committed(group) });
    tidyAfter(IDLE_MS);
  }

  function tidyAfter(ms: number): void {
    clearTimeout(tidying);
    tidying = setTimeout(() => {
      try {
        if (tables.tidy() === "more") tidyAfter(BETWEEN_STEPS_MS);
      } catch {
        // Nothing waits for it; what the next call needs of the file tells what is wrong with it.
      }
    }, ms);
  }

  function committed(group: readonly Call[]): readonly Settled[] {
    try {
      const errors = tables.commit(group.map((call) => call.changes));
      return group.map(({ id }, index) => {
        const error = errors[index] ?? null;
        return { id, outcome: error === null ? { type: "done", answer: null } : { type: "refused", error } };
      });
    } catch (thrown) {
      const error = toErrorData(thrown);
      return group.map(({ id }) => ({ id, outcome: { type: "refused", error } }));
    }
  }

  function answer({ id, method, args }: Extract<MemoryRequest, { type: "ask" }>): Settled {
    try {
      const ask = tables.answers[method] as (...parameters: typeof args) => unknown;
      return { id, outcome: { type: "done", answer: ask(...args) } };
    } catch (thrown) {
      return { id, outcome: { type: "refused", error: toErrorData(thrown) } };
    }
  }
}
