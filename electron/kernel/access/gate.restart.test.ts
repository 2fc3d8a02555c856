import { describe, expect, test } from "vitest";
import type { Effect } from "../../../shared/permission.ts";
import { settle } from "../testing/manual-clock.ts";
import { folderWith } from "../testing/recorded-run.ts";
import { calls, says } from "../testing/scripted-core.ts";
import { openRequest, testTool, useKernels } from "../testing/use-kernels.ts";

const start = useKernels();

/** What the tool touches, as a link or a program beside us may change it. */
interface World {
  readonly target?: string;
  readonly opaque?: string;
}

/** An agent that writes one file; `writer(world, folder)` is the same program after a restart. */
async function writer(world: World = {}, folder?: string) {
  const wrote: string[] = [];
  const write = testTool({
    name: "write",
    idempotent: "no",
    effectsOf: async ({ path }): Promise<readonly Effect[]> => [
      {
        type: "write",
        target: world.target ?? String(path),
        reversible: "yes",
        ...(path === "edited" ? { opaque: "nobody can tell" } : {}),
      },
    ],
    run: async ({ path }) => {
      wrote.push(String(path));
      return `wrote ${path}`;
    },
  });
  const started = await start(
    ({ messages }) => (messages.length > 2 ? says("done") : calls(["write", { path: "a" }])),
    { tools: [write], manifest: { tools: ["write"] }, ...(folder ? { folder } : {}) },
  );
  const read = () => started.core.requests.at(-1)?.messages.at(-1)?.content;
  return { ...started, wrote, read };
}

describe("after a restart", () => {
  test("the answer to one question is not taken for the answer to the next", async () => {
    const one = await writer();
    const agentId = await one.kernel.launch();
    const { id } = await openRequest(one);
    await one.handlers["approvals.answer"]({
      approvalId: id,
      answer: { type: "edit", arguments: { path: "edited" } },
    });
    await one.kernel.seen("approval.requested", 2);
    const second = await openRequest(one);
    expect(second).toMatchObject({ by: "opaque", arguments: { path: "edited" } });
    await one.kernel.stop();

    const two = await writer({}, one.kernel.folder);
    await settle();
    expect(two.wrote).toEqual([]);
    expect((await openRequest(two)).id).toBe(second.id);
    await two.handlers["approvals.answer"]({ approvalId: second.id, answer: { type: "deny", reason: "" } });
    await two.kernel.ended(agentId);
    expect(two.wrote).toEqual([]);
    expect(two.read()).toMatch(/the person said no/);
  });

  test("a question is void when the call would now touch something else than it showed", async () => {
    const one = await writer();
    const agentId = await one.kernel.launch();
    await openRequest(one);
    await one.kernel.stop();

    const two = await writer({ target: "elsewhere" }, one.kernel.folder);
    await two.kernel.ended(agentId);
    expect(two.wrote).toEqual([]);
    expect(two.read()).toMatch(/did not run: what it touches has changed/);
    expect(two.kernel.kernel.feed.state().approvals.size).toBe(0);
  });

  test("so is an answer that was given before it", async () => {
    const one = await writer();
    const agentId = await one.kernel.launch();
    const { id } = await openRequest(one);
    // Paused, the call is allowed and does not run yet.
    await one.handlers["agents.pause"]({ agentId });
    await one.handlers["approvals.answer"]({ approvalId: id, answer: { type: "once" } });
    await one.kernel.stop();
    expect(one.wrote).toEqual([]);

    const two = await writer({ target: "elsewhere" }, one.kernel.folder);
    await two.handlers["agents.resume"]({ agentId });
    await two.kernel.ended(agentId);
    expect(two.wrote).toEqual([]);
    expect(two.read()).toMatch(/did not run: what it touches has changed/);
  });

  test("nobody is said to have said no who did not answer", async () => {
    const one = await writer();
    await one.kernel.launch();
    const { expiresAt } = await openRequest(one);
    one.kernel.clock.advance(expiresAt - one.kernel.clock.wall());
    await one.kernel.seen("syscall.denied");
    const events = one.kernel.events();
    const decided = events.findIndex(({ type }) => type === "approval.decided");

    const two = await writer({}, folderWith(events.slice(0, decided + 1)));
    await two.kernel.seen("syscall.denied");
    expect(two.kernel.eventsOf("syscall.denied")[0]?.reason).toMatch(/expired/);
    expect(two.wrote).toEqual([]);
  });

  test("an agent that is ended at once leaves no question behind", async () => {
    const one = await writer();
    const agentId = await one.kernel.launch();
    await openRequest(one);
    await one.kernel.stop();

    const two = await writer({}, one.kernel.folder);
    await two.handlers["agents.kill"]({ agentId });
    const { approvals, syscalls } = two.kernel.kernel.feed.state();
    expect([...approvals.values(), ...syscalls.values()]).toEqual([]);
    expect(two.kernel.eventsOf("approval.decided")).toMatchObject([{ by: "agent-ended" }]);
  });
});
