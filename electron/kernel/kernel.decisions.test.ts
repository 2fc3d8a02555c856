import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import type { KernelEvent } from "../../shared/events.ts";
import { type AgentId, idNumber, type SyscallId } from "../../shared/ids.ts";
import type { JsonObject } from "../../shared/messages.ts";
import {
  type Approval,
  type ApprovalAnswer,
  type Effect,
  effectTypeSchema,
  modeSchema,
  type PermissionMode,
} from "../../shared/permission.ts";
import { openWorkerStore } from "../adapters/worker-store.ts";
import type { Tool } from "./ports.ts";
import { nextTurn } from "./testing/manual-clock.ts";
import { MemoryEventStore } from "./testing/memory-event-store.ts";
import { calls, ScriptedCore, says } from "./testing/scripted-core.ts";
import { TestKernel } from "./testing/test-kernel.ts";
import { testTool } from "./testing/use-kernels.ts";

/** Fake: as MemoryEventStore, and knows of which calls a decision that lets them run is committed. */
class DecisionStore extends MemoryEventStore {
  readonly allowed = new Set<SyscallId>();

  override append(events: readonly KernelEvent[]): void {
    super.append(events);
    for (const event of events) {
      if (event.type === "syscall.gated" && event.decision.verdict === "allow")
        this.allowed.add(event.syscallId);
      if (event.type === "approval.decided" && event.answer.type !== "deny")
        this.allowed.add(event.syscallId);
    }
  }
}

type Ending = "once" | "run" | "rule" | "edit" | "deny" | "cancel";
interface Step {
  readonly effects: readonly Effect[];
  /** What the person does when asked. */
  readonly ending: Ending;
  /** What changes between the decisions about this batch and the running of its calls. */
  readonly meanwhile: "nothing" | "cancel";
}

const effect: fc.Arbitrary<Effect> = fc
  .record(
    {
      type: fc.constantFrom(...effectTypeSchema.options),
      target: fc.constantFrom("notes/a.txt", "b.txt", "memory:agent:helper", "example.com:443", "result:f1"),
      reversible: fc.constantFrom("yes", "yes", "yes", "no"),
      opaque: fc.constantFrom(undefined, undefined, undefined, "a substitution"),
    },
    { requiredKeys: ["type", "target", "reversible"] },
  )
  .map(({ opaque, ...rest }) => (opaque === undefined ? rest : { ...rest, opaque })) as fc.Arbitrary<Effect>;

const step: fc.Arbitrary<Step> = fc.record({
  effects: fc.array(effect, { maxLength: 2 }),
  ending: fc.constantFrom<Ending>("once", "run", "rule", "edit", "deny", "cancel"),
  meanwhile: fc.constantFrom("nothing", "nothing", "nothing", "cancel"),
});
/** Calls of one batch. */
const MOST_CALLS = 40;
const batch = fc.record({
  mode: fc.constantFrom(...modeSchema.options),
  caller: fc.constantFrom("agent", "agent", "agent", "program"),
  steps: fc.array(step, { minLength: 1, maxLength: MOST_CALLS }),
});
type Batch = typeof batch extends fc.Arbitrary<infer Value> ? Value : never;

const CALLS = 100_000;
/** A new kernel after so many calls keeps the log in memory small. */
const CALLS_OF_ONE_KERNEL = 10_000;

interface Watched {
  readonly kernel: TestKernel;
  readonly store: DecisionStore;
  readonly agents: ReadonlyMap<PermissionMode, AgentId>;
  /** Calls whose tool ran. */
  readonly ran: SyscallId[];
  /** Calls that did something although no decision of theirs was on disk. */
  readonly undecided: SyscallId[];
}

const answerOf = (approval: Approval): ApprovalAnswer | "cancel" => {
  const ending = String(approval.arguments.ending) as Ending;
  switch (ending) {
    case "deny":
      return { type: "deny", reason: "no" };
    case "run":
      return approval.runGrantText === null ? { type: "once" } : { type: "run" };
    case "rule":
      return approval.ruleOffers.length === 0
        ? { type: "once" }
        : { type: "rule", index: 0, expiresAt: null };
    case "edit":
      return { type: "edit", arguments: { ...approval.arguments, ending: "once", edited: true } };
    case "cancel":
      return "cancel";
    default:
      return { type: "once" };
  }
};

async function startWatched(): Promise<Watched> {
  const store = new DecisionStore();
  const ran: SyscallId[] = [];
  const undecided: SyscallId[] = [];
  const plain = testTool({
    name: "act",
    concurrency: 16,
    run: async (args, run) => {
      ran.push(run.syscallId);
      const effects = args.effects as unknown as readonly Effect[];
      const changes = effects.some(({ type }) => type !== "read");
      if (changes && !store.allowed.has(run.syscallId)) undecided.push(run.syscallId);
      return "done";
    },
  });
  const act: Tool = { ...plain, effects: async (args) => args.effects as unknown as readonly Effect[] };
  // Agents that live as long as the kernel: calls are made in their names.
  const core = new ScriptedCore(() => new Promise(() => {}), { slots: 3 });
  const kernel = await TestKernel.start({
    cores: [core],
    store,
    tools: [act],
    manifests: [{ tools: ["act"] }],
  });
  const agents = new Map<PermissionMode, AgentId>();
  for (const mode of modeSchema.options) agents.set(mode, await kernel.launch({ mode }));
  const { feed, handlers } = kernel.kernel;
  const seen = new Set<string>();
  feed.onCommit(() => {
    for (const approval of feed.state().approvals.values()) {
      if (seen.has(approval.id)) continue;
      seen.add(approval.id);
      const answer = answerOf(approval);
      const answered =
        answer === "cancel"
          ? handlers["syscalls.cancel"]({ syscallId: approval.syscallId })
          : handlers["approvals.answer"]({ approvalId: approval.id, answer });
      // Another answer, for the run, came before it.
      answered.catch(() => {});
    }
  });
  return { kernel, store, agents, ran, undecided };
}

/** Makes the calls of a batch all at once, on the one path that every call takes, and waits for their ends. */
async function make({ kernel, agents }: Watched, { mode, caller, steps }: Batch): Promise<void> {
  const agentId = caller === "agent" ? (agents.get(mode) ?? null) : null;
  const { path, handlers, feed } = kernel.kernel;
  const made = steps.map(({ effects, ending }) =>
    path.submit({
      agentId,
      call: {
        kind: "tool",
        tool: "act",
        arguments: { effects, ending } as unknown as JsonObject,
        toolCallId: null,
      },
      parent: null,
      priority: 5,
      deadline: null,
      tokenBudget: null,
      prompt: [],
      memoryOwner: "agent:helper",
    }),
  );
  if (steps.some(({ meanwhile }) => meanwhile === "cancel")) {
    await nextTurn();
    const [syscallId] = [...feed.state().syscalls.values()]
      .filter(({ kind }) => kind !== "llm")
      .map(({ id }) => id);
    if (syscallId) await handlers["syscalls.cancel"]({ syscallId }).catch(() => {});
  }
  await Promise.all(made);
  for (const { id } of feed.state().grants.values()) await handlers["grants.revoke"]({ grantId: id });
  for (const { id } of feed.state().rules.values()) await handlers["rules.revoke"]({ ruleId: id });
}

let watched: Watched | null = null;
afterAll(() => watched?.kernel.destroy());

test("nothing is done of which no decision is on disk, in a hundred thousand calls of every kind", async () => {
  let made = 0;
  let ofThis = 0;
  const ends = { ran: 0, not: 0 };
  const check = ({ store, ran, undecided }: Watched): void => {
    expect(undecided).toEqual([]);
    expect(ran.slice(-MOST_CALLS).filter((id) => !store.allowed.has(id))).toEqual([]);
  };
  while (made < CALLS) {
    await fc.assert(
      fc.asyncProperty(batch, async (each) => {
        watched ??= await startWatched();
        await make(watched, each);
        check(watched);
        made += each.steps.length;
        ofThis += each.steps.length;
        if (ofThis < CALLS_OF_ONE_KERNEL) return;
        ends.ran += watched.ran.length;
        ends.not += ofThis - watched.ran.length;
        ofThis = 0;
        await watched.kernel.destroy();
        watched = null;
      }),
      { numRuns: 500, endOnFailure: true },
    );
  }
  // Neither all nor none of them ran, or this would say nothing.
  expect(ends.ran).toBeGreaterThan(CALLS / 10);
  expect(ends.not).toBeGreaterThan(CALLS / 10);
}, 120_000);

test("a call that runs finds its own decision in the audit on disk, and its outcome follows", async () => {
  const folder = mkdtempSync(join(tmpdir(), "aios-decisions-"));
  const file = join(folder, "events.db");
  const found: unknown[] = [];
  const look = testTool({
    name: "look",
    effects: [{ type: "write", target: "a.txt", reversible: "yes" }],
    run: async (_, { syscallId }) => {
      // Another connection: it sees what is committed and nothing else.
      const database = new Database(file, { readonly: true });
      const decided = database.prepare(
        "SELECT type FROM audit JOIN events USING (seq) WHERE syscall = ? ORDER BY row",
      );
      found.push(decided.pluck().all(idNumber(syscallId)));
      database.close();
      return "looked";
    },
  });
  const core = new ScriptedCore((_, call) => (call === 1 ? calls(["look", {}]) : says("done")));
  const store = await openWorkerStore(file, { auditKey: "7".repeat(64) });
  const manifests = [{ tools: ["look"], mode: "run-freely" as const }];
  const kernel = await TestKernel.start({ cores: [core], store, folder, tools: [look], manifests });
  await kernel.ended(await kernel.launch());
  expect(found).toEqual([["syscall.gated"]]);
  const { handlers } = kernel.kernel;
  const everything = { before: null, limit: 200, agentId: null, verdict: null, text: "look" } as const;
  const { rows } = await handlers["audit.read"](everything);
  expect(rows.map(({ event, tool }) => [event.type, tool])).toEqual([
    ["syscall.done", "look"],
    ["syscall.gated", "look"],
  ]);
  expect(await handlers["audit.verify"]({})).toMatchObject({ type: "intact" });
  await kernel.destroy();
});
