import { rmSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { toErrorData } from "../../../shared/errors.ts";
import type { KernelEvent } from "../../../shared/events.ts";
import type { AgentId, ApprovalId } from "../../../shared/ids.ts";
import { APPROVAL_MS } from "../../../shared/limits.ts";
import type { ApprovalAnswer, Effect } from "../../../shared/permission.ts";
import { settle } from "../testing/manual-clock.ts";
import { calls, ScriptedCore, says } from "../testing/scripted-core.ts";
import { TestKernel } from "../testing/test-kernel.ts";
import { testTool } from "../testing/use-kernels.ts";

const CALLS = 4;

/** What can happen to an agent whose calls wait for a person; `n` picks a request or a call. */
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constantFrom("once", "run", "deny", "rule"), n: fc.nat(CALLS) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constantFrom("edit", "edit-riskier", "edit-wrong"), n: fc.nat(CALLS) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom("cancel", "expire", "revoke"), n: fc.nat(CALLS) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom("restart", "pause", "resume", "turn"), n: fc.nat(CALLS) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("kill", "forbid", "let-go"), n: fc.nat(CALLS) }) },
);
type Step = Parameters<typeof take>[1];

const ANSWERS: Readonly<Record<string, ApprovalAnswer>> = {
  once: { type: "once" },
  run: { type: "run" },
  deny: { type: "deny", reason: "no" },
  rule: { type: "rule", index: 0, expiresAt: null },
  edit: { type: "edit", arguments: { path: "edited" } },
  "edit-riskier": { type: "edit", arguments: { path: "risky" } },
  "edit-wrong": { type: "edit", arguments: { path: "locked" } },
};

class World {
  readonly ran: { readonly syscallId: string; readonly path: string }[] = [];
  readonly #cores: ScriptedCore[] = [];
  release: () => void = () => {};
  gate = Promise.resolve();
  kernel: TestKernel | null = null;
  agentId: AgentId | null = null;

  requests() {
    return this.#cores.flatMap(({ requests }) => requests);
  }

  hold(): void {
    this.gate = new Promise((resolve) => {
      this.release = resolve;
    });
  }

  async start(folder?: string): Promise<TestKernel> {
    const turn = Array.from({ length: CALLS }, (_, n) => ["write", { path: `p${n}` }, `call_${n}`] as const);
    const write = testTool({
      name: "write",
      idempotent: "no",
      concurrency: 1,
      effectsOf: async ({ path }): Promise<readonly Effect[]> => [
        {
          type: path === "locked" ? "secret" : "write",
          target: String(path),
          reversible: path === "risky" ? "no" : "yes",
        },
      ],
      run: async ({ path }, { syscallId }) => {
        this.ran.push({ syscallId, path: String(path) });
        await this.gate;
        return `wrote ${path}`;
      },
    });
    const core = new ScriptedCore(({ messages }) => (messages.length > 2 ? says("done") : calls(...turn)));
    this.#cores.push(core);
    this.kernel = await TestKernel.start({
      cores: [core],
      tools: [write],
      manifests: [{ tools: ["write"] }],
      ...(folder ? { folder } : {}),
    });
    return this.kernel;
  }
}

/** Stops the kernel, whose calls on a slot end meanwhile. */
async function stop({ kernel, release }: World): Promise<void> {
  if (!kernel?.isRunning()) return;
  release();
  let stopped = false;
  const stopping = kernel.stop().then(() => {
    stopped = true;
  });
  await kernel.clock.until(() => stopped, 10);
  await stopping;
}

/** Does one step, as a person would: what is refused with an error of the contract changes nothing. */
async function take(
  world: World,
  { do: what, n }: { readonly do: string; readonly n: number },
): Promise<void> {
  const { kernel, agentId } = world;
  if (!kernel || !agentId) throw new Error("the world has begun");
  const { handlers, feed } = kernel.kernel;
  const nth = <T>(all: Iterable<T>): T | undefined => {
    const list = [...all];
    return list[n % Math.max(1, list.length)];
  };
  const tried = async (work: Promise<unknown>) => {
    const error = await work.then(
      () => null,
      (thrown) => toErrorData(thrown),
    );
    expect(error?.code).not.toBe("internal");
  };
  const answer = ANSWERS[what];
  if (answer) {
    const approvalId = nth(feed.state().approvals.keys());
    if (approvalId) await tried(handlers["approvals.answer"]({ approvalId, answer }));
    return;
  }
  switch (what) {
    case "cancel": {
      const syscallId = nth([...feed.state().syscalls.values()].filter(({ kind }) => kind === "tool"))?.id;
      if (syscallId) await tried(handlers["syscalls.cancel"]({ syscallId }));
      return;
    }
    case "expire":
      kernel.clock.advance(APPROVAL_MS);
      return;
    case "revoke": {
      const grant = nth(feed.state().grants.values());
      const rule = nth(feed.state().rules.values());
      if (grant) await tried(handlers["grants.revoke"]({ grantId: grant.id }));
      if (rule) await tried(handlers["rules.revoke"]({ ruleId: rule.id }));
      return;
    }
    case "forbid": {
      const draft = { verdict: "deny", agent: null, tool: "write", effect: null, pattern: "p0" } as const;
      await tried(handlers["rules.add"]({ draft: { ...draft, workspace: null, expiresAt: null } }));
      return;
    }
    case "pause":
    case "resume":
      await tried(handlers[`agents.${what}`]({ agentId }));
      return;
    case "kill":
      await tried(handlers["agents.kill"]({ agentId }));
      return;
    case "let-go":
      world.release();
      return;
    case "restart":
      await stop(world);
      world.hold();
      await world.start(kernel.folder);
      return;
    default:
      await settle(3);
  }
}

const isEnd = (event: KernelEvent) => /^syscall\.(done|failed|cancelled|denied)$/.test(event.type);

async function checkAll(kernel: TestKernel, world: World, agentId: AgentId): Promise<void> {
  const state = kernel.kernel.feed.state();
  expect(state.approvals.size).toBe(0);
  expect(state.syscalls.size).toBe(0);
  expect(state.grants.size).toBe(0);
  expect(kernel.clock.timers).toBe(0);
  const events = kernel.events();
  const created = events.filter((event) => event.type === "syscall.created");
  for (const { syscallId } of created) {
    const ends = events.filter(
      (event) => isEnd(event) && "syscallId" in event && event.syscallId === syscallId,
    );
    expect(ends, `${syscallId} ends once`).toHaveLength(1);
  }
  // Each question has one answer at most, and only an open one.
  const answered = events.flatMap((event) => (event.type === "approval.decided" ? [event.approvalId] : []));
  expect(new Set<ApprovalId>(answered).size).toBe(answered.length);
  // What ran was let through before it ran, with these arguments, and ran once.
  expect(new Set(world.ran.map(({ syscallId }) => syscallId)).size).toBe(world.ran.length);
  for (const { syscallId, path } of world.ran) {
    const of = events.filter((event) => "syscallId" in event && event.syscallId === syscallId);
    const began = of.findIndex(({ type }) => type === "syscall.running");
    const before = of.slice(0, began);
    const decision = before.findLast(({ type }) => type === "syscall.gated");
    const answer = before.findLast(({ type }) => type === "approval.decided");
    const asked = before.findLast(({ type }) => type === "approval.requested");
    expect(began).toBeGreaterThan(0);
    expect(path).not.toBe("locked");
    if (decision?.type !== "syscall.gated") throw new Error(`${syscallId} ran without a decision`);
    expect(decision.decision.effects.map(({ target }) => target)).toEqual([path]);
    expect(decision.decision.verdict).not.toBe("deny");
    if (decision.decision.verdict === "allow") continue;
    if (answer?.type !== "approval.decided") throw new Error(`${syscallId} ran unasked`);
    expect(answer.answer.type).not.toBe("deny");
    if (answer.answer.type === "edit") expect(answer.answer.arguments).toEqual({ path });
    else if (asked?.type === "approval.requested") expect(asked.approval.arguments).toEqual({ path });
    if (path === "risky" && asked?.type === "approval.requested") expect(asked.approval.risk).toBe("high");
  }
  if (kernel.view(agentId)?.ending !== "done") return;
  // Each of the model's calls has one result.
  const results = world
    .requests()
    .at(-1)
    ?.messages.flatMap((each) => (each.role === "tool" ? [each.toolCallId] : []));
  expect(results).toEqual(Array.from({ length: CALLS }, (_, n) => `call_${n}`));
}

test("however answers, edits, expiry, cancels, kills and restarts meet, each call ends once and as was said", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 14 }), async (steps: readonly Step[]) => {
      const world = new World();
      world.hold();
      const first = await world.start();
      try {
        world.agentId = await first.launch();
        await first.seen("approval.requested", CALLS);
        for (const each of steps) await take(world, each);
        const { kernel, agentId } = world;
        if (!kernel) throw new Error("the world has begun");
        world.release();
        if (kernel.view(agentId)?.ending === null) {
          await kernel.kernel.handlers["agents.resume"]({ agentId }).catch(() => {});
          for (let n = 0; n < 50 && kernel.view(agentId)?.ending === null; n += 1) {
            await settle(20);
            kernel.clock.advance(APPROVAL_MS);
          }
        }
        expect(kernel.view(agentId)?.ending, "the agent ends").not.toBeNull();
        await settle();
        await checkAll(kernel, world, agentId);
      } finally {
        await stop(world);
        rmSync(first.folder, { recursive: true, force: true });
      }
    }),
    { numRuns: 80 },
  );
}, 120_000);
