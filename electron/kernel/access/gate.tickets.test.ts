import { describe, expect, test } from "vitest";
import type { RuleDraft } from "../../../shared/access.ts";
import { settle } from "../testing/manual-clock.ts";
import { type CallSpec, calls, says } from "../testing/scripted-core.ts";
import { Held, testTool, useKernels } from "../testing/use-kernels.ts";

const start = useKernels();

const DENY_ALL: RuleDraft = {
  verdict: "deny",
  agent: null,
  tool: "write",
  effect: "write",
  pattern: "**",
  workspace: null,
  expiresAt: null,
};

describe("a ticket", () => {
  /** One call is allowed and held back in its queue, by another that holds the only slot of the tool. */
  async function heldBack() {
    const held = new Held<string>();
    const wrote: string[] = [];
    const world = { target: "a", description: "writes" };
    const tool = testTool({
      name: "write",
      concurrency: 1,
      effectsOf: async ({ n }) => [
        { type: "write", target: n === 2 ? world.target : "first", reversible: "yes" },
      ],
      run: async ({ n }) => {
        wrote.push(`${n}`);
        return held.ask();
      },
    });
    const turn: readonly CallSpec[] = [
      ["write", { n: 1 }],
      ["write", { n: 2 }],
    ];
    const started = await start(({ messages }) => (messages.length > 2 ? says("done") : calls(...turn)), {
      tools: [tool],
      manifest: { tools: ["write"] },
    });
    const agentId = await started.kernel.launch();
    await started.kernel.seen("approval.requested", 2);
    for (const { id } of [...started.kernel.kernel.feed.state().approvals.values()]) {
      await started.handlers["approvals.answer"]({ approvalId: id, answer: { type: "once" } });
    }
    await started.kernel.clock.until(() => held.waiting === 1);
    const finish = async () => {
      held.give("ok");
      await settle(5);
      if (held.waiting > 0) held.give("ok");
      await started.kernel.ended(agentId);
      return started.core.requests.at(-1)?.messages.at(-1)?.content;
    };
    return { ...started, world, wrote, finish, tool, turn };
  }

  test("holds when nothing has changed", async () => {
    const { finish, wrote } = await heldBack();
    expect(await finish()).toBe("ok");
    expect(wrote).toEqual(["1", "2"]);
  });

  test("is void when what the call touches has changed", async () => {
    const { finish, wrote, world } = await heldBack();
    world.target = "elsewhere";
    expect(await finish()).toMatch(/was allowed and did not run.*link/);
    expect(wrote).toEqual(["1"]);
  });

  test("is void when the arguments have changed", async () => {
    const { finish, wrote, turn } = await heldBack();
    const [, second] = turn;
    Object.assign(second?.[1] ?? {}, { n: 3 });
    expect(await finish()).toMatch(/was allowed and did not run.*arguments/);
    expect(wrote).toEqual(["1"]);
  });

  test("is void when the policy has become stricter", async () => {
    const { finish, wrote, handlers } = await heldBack();
    await handlers["rules.add"]({ draft: DENY_ALL });
    expect(await finish()).toMatch(/was allowed and did not run/);
    expect(wrote).toEqual(["1"]);
  });

  test("is void when the tool has become another one", async () => {
    const { finish, wrote, tool } = await heldBack();
    Object.assign(tool.specification, { description: "does something else" });
    expect(await finish()).toMatch(/was allowed and did not run.*tool/);
    expect(wrote).toEqual(["1"]);
  });
});
