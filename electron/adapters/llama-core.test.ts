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
});
