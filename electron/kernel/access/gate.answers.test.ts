import { describe, expect, test } from "vitest";
import type { RuleDraft } from "../../../shared/access.ts";
import type { RuleId } from "../../../shared/ids.ts";
import { APPROVAL_MS } from "../../../shared/limits.ts";
import type { Effect } from "../../../shared/permission.ts";
import { settle } from "../testing/manual-clock.ts";
import { type CallSpec, calls, says } from "../testing/scripted-core.ts";
import { openRequest, testTool, useKernels } from "../testing/use-kernels.ts";

const start = useKernels();

const RULE: RuleDraft = {
  verdict: "allow",
  agent: "helper",
  tool: "write",
  effect: "write",
  pattern: "notes/**",
  workspace: null,
  expiresAt: null,
};

/** An agent with a tool that writes where it is told; the turns are made one after the other. */
async function writer(turns: readonly (readonly CallSpec[])[], folder?: string) {
  const wrote: string[] = [];
  const world = { target: (path: string) => path, opaque: undefined as string | undefined };
  const write = testTool({
    name: "write",
    idempotent: "no",
    effectsOf: async ({ path }): Promise<readonly Effect[]> => [
      {
        type: "write",
        target: world.target(String(path)),
        reversible: "yes",
        ...(world.opaque === undefined ? {} : { opaque: world.opaque }),
      },
    ],
    run: async ({ path }) => {
      wrote.push(String(path));
      return `wrote ${path}`;
    },
  });
  const started = await start(
    ({ messages }) => {
      const turn = turns[messages.filter(({ role }) => role === "assistant").length];
      return turn ? calls(...turn) : says("done");
    },
    { tools: [write], manifest: { tools: ["write"] }, ...(folder ? { folder } : {}) },
  );
  const read = () =>
    started.core.requests.at(-1)?.messages.flatMap((each) => (each.role === "tool" ? [each.content] : []));
  return { ...started, wrote, world, read };
}

const code = (code: string) => ({ data: { code } });

describe("a rule", () => {
  test("is offered word for word, kept, in force at once and after a restart, and can be revoked", async () => {
    const one = await writer([[["write", { path: "notes/a" }]], [["write", { path: "notes/b" }]]]);
    const agentId = await one.kernel.launch();
    const { id, ruleOffers } = await openRequest(one);
    const index = ruleOffers.findIndex(({ draft }) => draft.pattern === "notes/**");
    await one.handlers["approvals.answer"]({
      approvalId: id,
      answer: { type: "rule", index, expiresAt: null },
    });
    await one.kernel.ended(agentId);
    expect(one.wrote).toEqual(["notes/a", "notes/b"]);
    const [added] = one.kernel.eventsOf("rule.added");
    expect(added?.rule.text).toBe(ruleOffers[index]?.text);
    await one.kernel.stop();

    const two = await writer([[["write", { path: "notes/c" }]]], one.kernel.folder);
    await two.kernel.ended(await two.kernel.launch());
    expect(two.wrote).toEqual(["notes/c"]);
    await two.handlers["rules.revoke"]({ ruleId: added?.rule.id as RuleId });
    await two.kernel.launch();
    expect((await openRequest(two)).tool).toBe("write");
  });

  test("that ends is over at its time, and is refused when it is over before it begins", async () => {
    const { handlers, kernel } = await writer([]);
    const soon = kernel.clock.wall() + 1_000;
    await handlers["rules.add"]({ draft: { ...RULE, expiresAt: soon } });
    const late = handlers["rules.add"]({ draft: { ...RULE, expiresAt: soon - 5_000 } });
    await expect(late).rejects.toMatchObject(code("bad-input"));
    kernel.clock.advance(1_001);
    await kernel.launch();
    await kernel.clock.until(() => kernel.kernel.feed.state().rules.size === 1);
  });

  test("that no request offers cannot be answered with", async () => {
    const started = await writer([[["write", { path: "a" }]]]);
    started.world.opaque = "nobody can tell";
    await started.kernel.launch();
    const { id, ruleOffers } = await openRequest(started);
    expect(ruleOffers).toEqual([]);
    const answer = { type: "rule", index: 0, expiresAt: null } as const;
    await expect(started.handlers["approvals.answer"]({ approvalId: id, answer })).rejects.toMatchObject(
      code("not-allowed"),
    );
  });

  test("of the workspace tightens, whatever the person's rules allow; a broken file asks about everything", async () => {
    const started = await writer([[["write", { path: "notes/a" }]], [["write", { path: "b" }]]]);
    const { kernel, handlers, core } = started;
    await handlers["rules.add"]({ draft: { ...RULE, pattern: "**" } });
    const files = kernel.files;
    await files.write(
      ".aios/access.json",
      JSON.stringify({ rules: [{ verdict: "deny", effect: "write", pattern: "notes/**" }] }),
    );
    kernel.clock.advance(2_000);
    await kernel.ended(await kernel.launch());
    expect(started.wrote).toEqual(["b"]);
    expect(core.requests.at(-1)?.messages.at(-3)?.content).toContain("Denied");
    await files.write(".aios/access.json", '{"rules": [{"verdict": "allow", "pattern": "**"}]}');
    kernel.clock.advance(2_000);
    await kernel.launch();
    expect(await openRequest(started)).toMatchObject({ by: "rule" });
  });
});

describe("a request without an answer", () => {
  test("expires after its time to a denial that the model reads", async () => {
    const started = await writer([[["write", { path: "a" }]]]);
    const agentId = await started.kernel.launch();
    const { expiresAt, requestedAt } = await openRequest(started);
    expect(expiresAt - requestedAt).toBe(APPROVAL_MS);
    started.kernel.clock.advance(APPROVAL_MS - 1);
    await settle();
    expect(started.kernel.kernel.feed.state().approvals.size).toBe(1);
    started.kernel.clock.advance(1);
    await started.kernel.ended(agentId);
    expect(started.read()).toEqual([expect.stringContaining("expired")]);
    expect(started.kernel.kernel.feed.state().decided).toMatchObject([{ by: "expired" }]);
    expect(started.wrote).toEqual([]);
  });

  test("keeps no stopped kernel awake", async () => {
    const started = await writer([[["write", { path: "a" }]]]);
    await started.kernel.launch();
    await openRequest(started);
    await started.kernel.stop();
    expect(started.kernel.clock.timers).toBe(0);
  });

  test("has its whole time again after a restart", async () => {
    const one = await writer([[["write", { path: "a" }]]]);
    await one.kernel.launch();
    const before = await openRequest(one);
    await one.kernel.stop();
    const two = await writer([[["write", { path: "a" }]]], one.kernel.folder);
    two.kernel.clock.advance(60_000);
    const after = await openRequest(two);
    expect(after.id).toBe(before.id);
    await two.kernel.seen("approval.extended");
    const [extended] = two.kernel.eventsOf("approval.extended");
    expect(two.kernel.kernel.feed.state().approvals.get(after.id)?.expiresAt).toBe(extended?.expiresAt);
    two.kernel.clock.advance(APPROVAL_MS);
    await two.kernel.seen("approval.decided");
    expect(two.kernel.eventsOf("approval.decided")).toMatchObject([{ by: "expired" }]);
  });
});

describe("edited arguments", () => {
  const edit = (path: string) => ({ type: "edit", arguments: { path } }) as const;

  test("run in place of the others, and the model is told", async () => {
    const started = await writer([[["write", { path: "a" }]]]);
    const agentId = await started.kernel.launch();
    const { id } = await openRequest(started);
    await started.handlers["approvals.answer"]({ approvalId: id, answer: edit("b") });
    await started.kernel.ended(agentId);
    expect(started.wrote).toEqual(["b"]);
    expect(started.read()?.[0]).toMatch(/person changed.*"b"/s);
    expect(
      started.kernel.eventsOf("syscall.gated").filter(({ decision }) => decision.by === "mode"),
    ).toHaveLength(2);
  });

  test("go through the whole engine: denied by a rule, asked again when riskier, refused when they do not fit", async () => {
    const started = await writer([
      [
        ["write", { path: "a" }],
        ["write", { path: "b" }, "second"],
      ],
    ]);
    const { kernel, handlers, wrote, world } = started;
    await handlers["rules.add"]({ draft: { ...RULE, verdict: "deny", pattern: "locked/**" } });
    await kernel.launch();
    await kernel.seen("approval.requested", 2);
    const [first, second] = [...kernel.kernel.feed.state().approvals.values()];
    if (!first || !second) throw new Error("two requests are open");
    await handlers["approvals.answer"]({ approvalId: first.id, answer: edit("locked/x") });
    await kernel.seen("syscall.denied");
    world.opaque = "nobody can tell";
    await handlers["approvals.answer"]({ approvalId: second.id, answer: edit("c") });
    await kernel.seen("approval.requested", 3);
    expect(await openRequest(started)).toMatchObject({
      by: "opaque",
      arguments: { path: "c" },
      risk: "high",
    });
    expect(wrote).toEqual([]);
  });
});
