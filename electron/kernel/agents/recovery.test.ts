import { expect, test } from "vitest";
import type { KernelEvent, KernelEventBody } from "../../../shared/events.ts";
import { agentId, seq, syscallId } from "../../../shared/ids.ts";
import { manifest } from "../testing/test-kernel.ts";
import { recoverAgent } from "./recovery.ts";

const id = agentId(1);
const event = (body: KernelEventBody): KernelEvent => ({ v: 2, seq: seq(1), at: 0, mono: 0, ...body });
const recover = (...bodies: readonly KernelEventBody[]) =>
  recoverAgent(
    id,
    {
      manifest: manifest(),
      task: "help",
      parent: null,
      parentCall: null,
      priority: 5,
      model: null,
      mode: "ask-on-risk",
    },
    bodies.map(event),
    () => null,
  );
const created = (tool: string): KernelEventBody => ({
  type: "syscall.created",
  agentId: id,
  syscallId: syscallId(1),
  call: { kind: "tool", tool, arguments: {}, toolCallId: "call_0" },
  parent: null,
  priority: 5,
  deadline: null,
  tokenBudget: null,
});

test("an agent that works with others, or was written to by one, may hold what those have read", () => {
  expect(recover(created("start_agent")).privateData).toBe("read");
  expect(recover(created("join_agents")).privateData).toBe("read");
  const mail = { type: "agent.messaged", agentId: id, text: "hello" } as const;
  expect(recover({ ...mail, from: agentId(2) }).privateData).toBe("read");
  expect(recover({ ...mail, from: "person" }).privateData).toBe("none");
  expect(recover(created("calculate")).privateData).toBe("none");
});
