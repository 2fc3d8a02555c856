import { describe, expect, it } from "vitest";
import { LOCAL_CORE, OFFLINE_CORE, recordedRun } from "../e2e/fixtures/recorded-run.ts";
import { agentId } from "../shared/ids.ts";
import { reduce } from "../shared/reduce.ts";
import { type AgentView, emptyState, type SystemState } from "../shared/state.ts";
import {
  agentCore,
  agentPhase,
  agentTimes,
  coreSlots,
  outputTokens,
  queueLanes,
  serviceTotals,
  waitingFor,
} from "./selectors.ts";

const END = 1_800_000_000_000;
const system: SystemState = recordedRun(END).reduce(reduce, emptyState());

function agent(n: number): AgentView {
  const found = system.agents.get(agentId(n));
  if (!found) throw new Error(`The recording has no a${n}`);
  return found;
}

describe("the phase of an agent and what it waits for", () => {
  it.each([
    [1, "done", ""],
    [2, "failed", ""],
    [3, "cancelled", ""],
    [4, "blocked", "a5, a6"],
    [5, "running", ""],
    [6, "asking", "you: write_file"],
    [7, "running", ""],
    [8, "ready", "a model slot"],
    [11, "blocked", "tool fetch_page"],
    [12, "blocked", "rate limit, 12 s"],
    [13, "blocked", "a storage slot: search_files"],
    [14, "paused", "you: resume"],
  ])("a%d is %s and waits for “%s”", (n, phase, wait) => {
    expect(agentPhase(agent(n), system)).toBe(phase);
    expect(waitingFor(agent(n), system, END)).toBe(wait);
  });

  it("is ready between two calls", () => {
    const between: AgentView = { ...agent(8), live: [] };
    expect(agentPhase(between, system)).toBe("ready");
    expect(waitingFor(between, system, END)).toBe("its next step");
  });

  it("counts a rate limit down to nothing and not below", () => {
    expect(waitingFor(agent(12), system, END + 11_200)).toBe("rate limit, 1 s");
    expect(waitingFor(agent(12), system, END + 99_000)).toBe("rate limit, 0 s");
  });
});

describe("times up to now", () => {
  it("adds the present turn to what is summed, as wait or as service", () => {
    const waits = [0, 1_000].map((later) => agentTimes(agent(8), system, END + later));
    expect((waits[1]?.waitMs ?? 0) - (waits[0]?.waitMs ?? 0)).toBe(1_000);
    expect(waits[1]?.serviceMs).toBe(0);
    const serves = [0, 1_000].map((later) => agentTimes(agent(5), system, END + later));
    expect((serves[1]?.serviceMs ?? 0) - (serves[0]?.serviceMs ?? 0)).toBe(1_000);
    expect(serves[1]?.waitMs).toBe(1_500);
  });

  it("stands still once the agent has ended", () => {
    expect(agentTimes(agent(1), system, END)).toEqual(agentTimes(agent(1), system, END + 5_000));
  });

  it("never runs backwards when the clocks differ", () => {
    expect(agentTimes(agent(8), system, END - 1_000_000).waitMs).toBe(0);
  });

  it("counts the tokens that are being streamed", () => {
    expect(outputTokens(agent(7), system)).toBe(14);
  });

  it("shares service among live agents only", () => {
    const { totalMs, agents } = serviceTotals(system, END);
    const live = [...system.agents.values()].filter((each) => each.ending === null);
    expect(agents).toBe(live.length);
    expect(totalMs).toBe(live.reduce((sum, each) => sum + agentTimes(each, system, END).serviceMs, 0));
  });
});

describe("queues and cores", () => {
  it("has the four lanes in order, each with what waits, longest first", () => {
    const lanes = queueLanes(system);
    expect(lanes.map((lane) => [lane.queue, lane.waiting.map((call) => call.agentId), lane.running])).toEqual(
      [
        ["llm", ["a8", "a9", "a10"], 2],
        ["memory", [], 0],
        ["storage", ["a13"], 0],
        ["tool", [], 1],
      ],
    );
  });

  it("puts each running call on its slot", () => {
    expect(
      coreSlots(system).map(({ core, slots }) => [core.id, slots.map((slot) => slot.call?.agentId ?? null)]),
    ).toEqual([
      [OFFLINE_CORE.id, [null, null]],
      [LOCAL_CORE.id, ["a5", "a7"]],
    ]);
  });

  it("shows a call that drains from a slot that was taken away", () => {
    const cores = new Map([
      [LOCAL_CORE.id, { ...LOCAL_CORE, capabilities: { ...LOCAL_CORE.capabilities, slots: 1 } }],
    ]);
    expect(coreSlots({ ...system, cores }).map(({ slots }) => slots.length)).toEqual([2]);
  });

  it("measures a context against the core that serves the agent", () => {
    expect(agentCore(agent(5), system)?.id).toBe(LOCAL_CORE.id);
    expect(agentCore({ ...agent(8), model: "llama3.2" }, system)?.id).toBe(LOCAL_CORE.id);
    expect(agentCore({ ...agent(8), model: "unknown" }, system)?.id).toBe(OFFLINE_CORE.id);
  });
});
