import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { agentId } from "../../shared/ids.ts";
import {
  ask,
  finishAll,
  LlamaFixture,
  owned,
  RecordedRun,
  testEntry,
} from "./llama/testing/llama-fixture.ts";

describe.skipIf(testEntry === null)("a model file in this process (needs the add-on)", () => {
  let fixture: LlamaFixture;
  beforeAll(() => {
    fixture = new LlamaFixture();
  });
  afterAll(() => fixture.close());

  test("answers, streams what it answers, and counts tokens exactly", async () => {
    const core = fixture.open();
    const run = new RecordedRun();
    const outcome = await finishAll(core, ask("Say something.", 30), run);
    expect(outcome.finishReason).toBe("length");
    expect(outcome.message.content).toBe(run.text);
    expect(run.tokens).toBe(30);
    expect(outcome.usage).toMatchObject({ outputTokens: 30, source: "reported", cachedTokens: 0 });
    expect(run.reports).toHaveLength(1);
    expect(run.reports[0]).toMatchObject({ from: "prompt", reusedTokens: 0, evicted: null });
  });

  test("gives the same answer in slices as in one go", async () => {
    const core = fixture.open();
    const whole = await finishAll(core, ask("Tell me a story."), new RecordedRun());
    const run = new RecordedRun(7);
    const sliced = await finishAll(core, owned(agentId(1), "Tell me a story."), run);
    expect(sliced.message).toEqual(whole.message);
    expect(run.text).toBe(whole.message.content);
    expect(run.reports.slice(1).every((report) => report.from === "in-place")).toBe(true);
    expect(run.reports.slice(1).every((report) => report.prefilledTokens === 0)).toBe(true);
  });

  test("answers in JSON that fits a schema, in one go and in slices", async () => {
    const core = fixture.open();
    const responseSchema = {
      type: "object",
      properties: { colour: { enum: ["red", "green"] }, count: { type: "integer" } },
      required: ["colour", "count"],
      additionalProperties: false,
    } as const;
    const request = ask("Give me a colour and a count.", 400, { responseSchema, owner: agentId(2) });
    const whole = await finishAll(core, request, new RecordedRun());
    expect(whole.message.content).toMatch(/^\{\s*"colour"\s*:\s*"(red|green)"\s*,\s*"count"\s*:\s*-?\d+/);
    const run = new RecordedRun(3);
    const sliced = await finishAll(core, request, run);
    expect(sliced).toEqual({ ...whole, usage: sliced.usage });
    expect(run.text).toBe(whole.message.content);

    const cold = new RecordedRun(9);
    const reloaded = await finishAll(core, request, cold, () => core.local?.unload());
    expect(reloaded.message).toEqual(whole.message);
    expect(cold.text).toBe(whole.message.content);
    expect(cold.restarts).toEqual([]);
  });

  test("counts by its own tokenizer, also before it is loaded", async () => {
    const core = fixture.open();
    const texts = ["", "Hello, world.", "<|im_start|>"];
    const before = await core.countTokens?.(texts);
    expect(before?.source).toBe("tokenizer");
    expect(before?.counts[0]).toBe(0);
    expect(before?.counts[2]).toBeGreaterThan(1);
    expect(core.local?.view().load.status).toBe("unloaded");
    await core.local?.load();
    expect(await core.countTokens?.(texts)).toEqual(before);
  });

  test("is loaded and unloaded on demand, with its states kept", async () => {
    const core = fixture.open({ slots: 1 });
    const views: string[] = [];
    core.local?.watch((view) => views.push(view.load.status));
    const whole = await finishAll(core, ask("Count to ten.", 30), new RecordedRun());
    const run = new RecordedRun(10);
    const outcome = await finishAll(core, owned(agentId(3), "Count to ten.", 30), run, async () => {
      await core.local?.unload();
      expect(core.local?.view()).toMatchObject({ load: { status: "unloaded" }, kv: { inRam: 0 } });
      expect(core.kept?.(agentId(3))).toMatchObject({ where: "disk" });
    });
    expect(outcome.message).toEqual(whole.message);
    expect(core.kept?.(agentId(3))).toMatchObject({ where: "ram" });
    expect(core.local?.view()).toMatchObject({ load: { status: "loaded" }, threads: 1 });
    expect(core.local?.view().speeds.outputTokensPerSecond).toBeGreaterThan(0);
    await expect.poll(() => views).toContain("loaded");
  });

  test("makes vectors of texts beside its answers", async () => {
    const core = fixture.open();
    const signal = new AbortController().signal;
    const [vectors] = await Promise.all([
      core.embed?.(["a red house", "a red house", "something else"], signal),
      finishAll(core, ask("Hi", 20), new RecordedRun()),
    ]);
    expect(vectors?.[0]).toEqual(vectors?.[1]);
    expect(vectors?.[0]).not.toEqual(vectors?.[2]);
    await core.local?.unload();
  });

  test("measures its threads where they are not given", async () => {
    const core = fixture.open({ threads: null });
    await core.local?.load();
    expect(core.local?.view().threads).toBeGreaterThan(0);
  });

  test("refuses to be unloaded while a call runs, and takes more slots when it is idle", async () => {
    const core = fixture.open({ slots: 1, kvRamBytes: 0 });
    const run = new RecordedRun(20);
    run.onToken = () => run.controller.signal.aborted;
    let refused: unknown;
    run.onToken = () => {
      if (run.tokens === 5) core.local?.unload().catch((thrown) => (refused = thrown));
    };
    await core.complete(owned(agentId(4), "Go on.", 20), run);
    expect(refused).toMatchObject({ data: { code: "conflict" } });
    expect(core.local?.view().sequences).toBe(1);
    core.local?.setSlots(3);
    await finishAll(core, ask("Go on.", 5), new RecordedRun());
    expect(core.local?.view().sequences).toBe(3);
    core.local?.setKvBudget(1_024 * 1_024, 0);
    await finishAll(core, ask("Go on.", 5), new RecordedRun());
    expect(core.local?.view()).toMatchObject({ sequences: 4, kv: { diskBytes: 0, diskBudget: 0 } });
  });
});
