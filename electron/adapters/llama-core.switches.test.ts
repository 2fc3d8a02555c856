import { readdirSync } from "node:fs";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import type { SwitchReport } from "../../shared/context.ts";
import { type AgentId, agentId } from "../../shared/ids.ts";
import type { LlmCore, ResumeState } from "../kernel/ports.ts";
import {
  ask,
  finishAll,
  LlamaFixture,
  owned,
  RecordedRun,
  SLOW_TO_READ,
  testEntry,
} from "./llama/testing/llama-fixture.ts";
import { SMALL } from "./llama/testing/random-model.ts";

/** Of the tiny model: two layers of one pair of heads, 32 numbers each in half precision. */
const TOKEN_BYTES = 2 * 2 * 32 * 2;
const SMALL_TOKEN_BYTES = 5 * 2 * 2 * 32 * 2;
const WINDOW = 1_024;
/** Memory for this many sequences. */
const ram = (sequences: number): number => sequences * WINDOW * TOKEN_BYTES;

const agents = (count: number): AgentId[] => Array.from({ length: count }, (_, index) => agentId(index + 1));

describe.skipIf(testEntry === null)("agents that share a model (needs the add-on)", () => {
  let fixture: LlamaFixture;
  const wholes = new Map<string, string>();
  const task = (agent: AgentId): string => `Agent ${agent}, tell me about the number ${agent}, at length.`;

  beforeAll(async () => {
    const reference = new LlamaFixture();
    const core = reference.open({ slots: 1 });
    for (const agent of agents(12)) {
      const { message } = await finishAll(core, ask(task(agent), 60), new RecordedRun());
      wholes.set(agent, message.content);
    }
    await reference.close();
  });
  afterEach(() => fixture.close());

  const inTurns = async (core: ReturnType<LlamaFixture["open"]>, agent: AgentId, slice: number) => {
    const run = new RecordedRun(slice);
    const outcome = await finishAll(core, owned(agent, task(agent), 60), run);
    expect(outcome.message.content, agent).toBe(wholes.get(agent));
    expect(run.text, agent).toBe(wholes.get(agent));
    expect(run.restarts).toEqual([]);
    return run;
  };

  test("give the same answers when many of them take turns on few sequences", async () => {
    fixture = new LlamaFixture();
    const core = fixture.open({ slots: 2, kvRamBytes: ram(3) });
    const runs = await Promise.all(agents(12).map((agent) => inTurns(core, agent, 9)));
    const reports = runs.flatMap((run) => run.reports);
    expect(reports.some((report) => report.evicted !== null)).toBe(true);
    expect(core.local?.view().sequences).toBe(3);
    for (const { reusedTokens, from, evicted } of reports) {
      expect(reusedTokens > 0).toBe(from !== "prompt");
      if (evicted) expect(evicted.owner).toMatch(/^a\d+$/);
    }
  });

  test("come back from disk where reading is slower than loading, and are read again without a disk", async () => {
    fixture = new LlamaFixture(SLOW_TO_READ);
    const onDisk = fixture.open({ slots: 1, kvRamBytes: 0 });
    const long = (agent: AgentId) => `${task(agent)} ${"And then some more words. ".repeat(8)}`;
    const alternate = async (core: LlmCore) => {
      const reports: SwitchReport[] = [];
      const states = agents(2).map((agent) => ({ agent, resume: null as ResumeState | null, text: "" }));
      for (let turn = 0; turn < 4; turn += 1) {
        for (const state of states) {
          const run = new RecordedRun(8);
          const request = { ...owned(state.agent, long(state.agent), 32), resume: state.resume };
          const outcome = await core.complete(request, run);
          state.text += run.text;
          reports.push(...run.reports);
          if (outcome.type === "yielded") state.resume = outcome.resume;
        }
      }
      return { reports, texts: states.map((state) => state.text) };
    };
    const first = await alternate(onDisk);
    expect(first.reports.map((report) => report.from)).toContain("disk");
    await onDisk.close();
    const noDisk = fixture.open({ slots: 1, kvRamBytes: 0, kvDiskBytes: 0 });
    const second = await alternate(noDisk);
    expect(second.reports.map((report) => report.from)).not.toContain("disk");
    expect(second.texts).toEqual(first.texts);
    expect(noDisk.local?.view().kv.diskBytes).toBe(0);
  });

  test("read the beginning that they share once", async () => {
    fixture = new LlamaFixture(SLOW_TO_READ);
    const core = fixture.open({ slots: 2 });
    const system = "You share this long beginning with all the others of your kind. ".repeat(6);
    const runs = await Promise.all(
      agents(5).map(async (agent) => {
        const run = new RecordedRun();
        const messages = [
          { role: "system", content: system } as const,
          { role: "user", content: task(agent) } as const,
        ];
        await core.complete({ messages, tools: [], maxOutputTokens: 5, resume: null, owner: agent }, run);
        return run;
      }),
    );
    const sources = runs.flatMap((run) => run.reports.map((report) => report.from));
    expect(sources.filter((source) => source === "prompt")).toHaveLength(1);
    expect(sources).toContain("prefix");
  });

  test("stay within the memory and the disk that they may have", async () => {
    fixture = new LlamaFixture(SLOW_TO_READ);
    const budget = 300_000;
    const core = fixture.open({ slots: 1, kvRamBytes: 0, kvDiskBytes: budget });
    const text = "Some words to read, again and again. ".repeat(6);
    for (const agent of agents(8)) await core.complete(owned(agent, text + agent, 4), new RecordedRun());
    const { kv } = core.local?.view() ?? expect.fail("No view");
    expect(kv.inRam).toBe(1);
    expect(kv.onDisk).toBeGreaterThan(0);
    expect(kv.onDisk).toBeLessThan(7);
    expect(kv.diskBytes).toBeLessThanOrEqual(budget);
    core.local?.setKvBudget(0, 1_000);
    await expect.poll(() => core.local?.view().kv.diskBytes).toBe(0);
    const again = new RecordedRun();
    await core.complete(owned(agentId(1), `${text}a1`, 4), again);
    expect(again.reports[0]?.from).not.toBe("disk");
  });

  test("branch off each other without reading the common part again", async () => {
    fixture = new LlamaFixture(SMALL);
    const core = fixture.open({ slots: 1, kvRamBytes: 4 * WINDOW * SMALL_TOKEN_BYTES });
    const text = "A long story that both of them know. ".repeat(16);
    await core.complete(owned(agentId(1), text, 20), new RecordedRun());
    const run = new RecordedRun();
    const fork = await finishAll(core, owned(agentId(2), text, 20), run);
    expect(run.reports[0]).toMatchObject({ from: "ram", prefilledTokens: 1 });
    const alone = await finishAll(core, ask(text, 20), new RecordedRun());
    expect(fork.message).toEqual(alone.message);
    expect(core.local?.view().kv.inRam).toBe(2);
  });

  test("are forgotten when their turn ends, if it was running", async () => {
    fixture = new LlamaFixture();
    const core = fixture.open();
    const run = new RecordedRun(10);
    run.onToken = () => {
      if (run.tokens === 5) void core.forget?.(agentId(1));
    };
    await core.complete(owned(agentId(1), task(agentId(1)), 60), run);
    await expect.poll(() => core.kept?.(agentId(1))).toBeNull();
    expect(core.local?.view().kv).toMatchObject({ inRam: 0, onDisk: 0 });
    const turns = readdirSync(fixture.statesFolder, { recursive: true }).map(String);
    expect(turns.filter((name) => name.includes("turns") && name.endsWith(".json"))).toEqual([]);
  });

  test("are forgotten in memory and on disk", async () => {
    fixture = new LlamaFixture();
    const core = fixture.open({ slots: 1, kvRamBytes: 0 });
    for (const agent of agents(2)) await inTurns(core, agent, 10);
    const [one, two] = [agentId(1), agentId(2)];
    expect(core.kept?.(two)).toMatchObject({ where: "ram" });
    for (const agent of [one, two]) await core.forget?.(agent);
    expect([core.kept?.(one), core.kept?.(two)]).toEqual([null, null]);
    expect(core.local?.view().kv).toMatchObject({ inRam: 0, onDisk: 0 });
    await inTurns(core, two, 10);
  });
});
