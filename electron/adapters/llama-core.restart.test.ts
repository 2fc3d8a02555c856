import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import { agentId } from "../../shared/ids.ts";
import type { CompletionRequest } from "../kernel/ports.ts";
import type { ChildTask } from "./llama/testing/killed-child.ts";
import {
  finishAll,
  LlamaFixture,
  owned,
  RecordedRun,
  SLOW_TO_READ,
  testEntry,
} from "./llama/testing/llama-fixture.ts";

const agent = agentId(5);

describe.skipIf(testEntry === null)("after a restart (needs the add-on)", () => {
  let fixture: LlamaFixture;
  afterEach(() => fixture.close());

  const request = (content: string, maxOutputTokens: number): CompletionRequest => ({
    messages: [{ role: "user", content }],
    tools: [],
    maxOutputTokens,
    resume: null,
    owner: agent,
  });

  test("an answer that a killed process had begun goes on with the same tokens", async () => {
    fixture = new LlamaFixture();
    const content = "Tell me everything.";
    const reference = fixture.open({ id: "reference" as never, slots: 1 });
    const whole = await finishAll(reference, request(content, 300), new RecordedRun());

    const task: ChildTask = {
      file: fixture.file,
      statesFolder: fixture.statesFolder,
      entry: testEntry ?? "",
      content,
      contextTokens: 1_024,
      paceMs: 5,
    };
    const script = fileURLToPath(new URL("./llama/testing/killed-child.ts", import.meta.url));
    const child = spawn(process.execPath, [script, JSON.stringify(task)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let partial = "";
    let pieces = 0;
    for await (const line of createInterface({ input: child.stdout })) {
      partial += JSON.parse(line);
      pieces += 1;
      if (pieces === 120) break;
    }
    child.kill("SIGKILL");
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    expect(whole.message.content.startsWith(partial)).toBe(true);

    const core = fixture.open({ slots: 1 });
    const run = new RecordedRun(Number.POSITIVE_INFINITY, partial);
    const outcome = await core.complete({ ...request(content, 300), resume: { partial, state: null } }, run);
    expect(outcome).toMatchObject({ type: "finished", message: whole.message });
    expect(run.text).toBe(whole.message.content);
    expect(run.restarts).toEqual([]);
    // Of the answer's tokens those that were written down are not made a second time.
    expect(run.reports[0]?.prefilledTokens).toBeGreaterThan(20);
  });

  test("states that were put on disk are found again", async () => {
    fixture = new LlamaFixture(SLOW_TO_READ);
    const content = "Read this to its end, please. ".repeat(20);
    const first = fixture.open({ slots: 1 });
    const whole = await finishAll(first, owned(agent, content, 30), new RecordedRun());
    await first.forget?.(agent);
    const part = await first.complete(owned(agent, content, 30), new RecordedRun(12));
    await first.close();
    if (part.type !== "yielded") throw new Error("It did not yield");

    const second = fixture.open({ slots: 1 });
    const { partial } = part.resume;
    const run = new RecordedRun(Number.POSITIVE_INFINITY, partial);
    const outcome = await second.complete(
      { ...owned(agent, content, 30), resume: { partial, state: null } },
      run,
    );
    expect(outcome).toMatchObject({ type: "finished", message: whole.message });
    expect(run.text).toBe(whole.message.content);
    expect(run.reports[0]).toMatchObject({ from: "disk", prefilledTokens: 0 });
  });

  test("a text that nobody wrote down the tokens of goes on as text", async () => {
    fixture = new LlamaFixture();
    const core = fixture.open({ slots: 1 });
    const run = new RecordedRun(Number.POSITIVE_INFINITY, "Once upon a time");
    const outcome = await core.complete(
      { ...request("Tell me a story.", 30), resume: { partial: "Once upon a time", state: null } },
      run,
    );
    expect(run.restarts).toEqual([]);
    if (outcome.type !== "finished") throw new Error("It did not finish");
    expect(outcome.message.content).toBe(run.text);
    expect(run.text.startsWith("Once upon a time")).toBe(true);
    expect(run.text.length).toBeGreaterThan(20);
  });

  test("a text that cannot be continued is void, and the answer starts again", async () => {
    fixture = new LlamaFixture();
    const core = fixture.open({ slots: 1 });
    const whole = await finishAll(core, request("Tell me a story.", 30), new RecordedRun());
    const tool = { name: "look", description: "Looks.", parameters: { type: "object" } } as const;
    // Where tools are offered, this is the beginning of a call and not a text that was ever shown.
    const partial = 'Wait. <tool_call>{"name": "look"';
    const run = new RecordedRun(Number.POSITIVE_INFINITY, partial);
    const outcome = await core.complete(
      { ...request("Tell me a story.", 30), tools: [tool], resume: { partial, state: null } },
      run,
    );
    if (outcome.type !== "finished") throw new Error("It did not finish");
    expect(run.restarts).toHaveLength(1);
    expect(run.text).toBe(outcome.message.content);
    expect(run.text.startsWith("Wait")).toBe(whole.message.content.startsWith("Wait"));
  });

  test("an answer goes on from the text that it is said to have, also when more was written down", async () => {
    fixture = new LlamaFixture();
    const core = fixture.open({ slots: 1 });
    const whole = await finishAll(core, request("Tell me a story.", 30), new RecordedRun());
    const early = await core.complete(request("Tell me a story.", 30), new RecordedRun(6));
    if (early.type !== "yielded") throw new Error("It did not yield");
    const late = await core.complete(
      { ...request("Tell me a story.", 30), resume: early.resume },
      new RecordedRun(12, early.resume.partial),
    );
    expect(late.type).toBe("yielded");
    // As after a rewind: back to the end of the first slice.
    const { partial } = early.resume;
    const run = new RecordedRun(Number.POSITIVE_INFINITY, partial);
    const outcome = await core.complete(
      { ...request("Tell me a story.", 30), resume: { partial, state: null } },
      run,
    );
    expect(outcome).toMatchObject({ type: "finished", message: whole.message });
    expect(run.text).toBe(whole.message.content);
    expect(run.tokens).toBe(24);
    expect(run.reports[0]).toMatchObject({ from: "in-place", prefilledTokens: 0 });
  });

  test("a journal of another prompt does not count", async () => {
    fixture = new LlamaFixture();
    const core = fixture.open({ slots: 1 });
    await core.complete(request("One prompt.", 30), new RecordedRun(12));
    const whole = await finishAll(core, { ...request("Another prompt.", 30) }, new RecordedRun());
    await core.complete(request("One prompt.", 30), new RecordedRun(12));
    const run = new RecordedRun();
    const again = await core.complete(
      { ...request("Another prompt.", 30), resume: { partial: "", state: null } },
      run,
    );
    expect(again).toMatchObject({ type: "finished", message: whole.message });
  });
});
