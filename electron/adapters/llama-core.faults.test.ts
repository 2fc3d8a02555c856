import { appendFileSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { agentId } from "../../shared/ids.ts";
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

const agent = agentId(7);
const LONG = `Read this to its end. ${"There is more of it in every line. ".repeat(8)}`;

describe.skipIf(testEntry === null)("when something breaks (needs the add-on)", () => {
  let fixture: LlamaFixture;
  afterEach(() => fixture.close());

  const codeOf = async (work: Promise<unknown>): Promise<string> => {
    const error = await work.then(
      () => new Error("Nothing was thrown"),
      (thrown: unknown) => thrown,
    );
    return Object(error).data?.code ?? String(error);
  };
  const turn = (core: LlmCore, run = new RecordedRun(10), resume: ResumeState | null = null) =>
    core.complete({ ...owned(agent, LONG, 30), resume }, run);
  const stateFile = (ending: string): string => {
    const names = readdirSync(fixture.statesFolder, { recursive: true }).map(String);
    return join(
      fixture.statesFolder,
      names.find((name) => name.includes("agent-") && name.endsWith(ending)) ?? "",
    );
  };

  test("a file that is cut, foreign or gone is an error that says so", async () => {
    fixture = new LlamaFixture();
    const core = fixture.open();
    const whole = readFileSync(fixture.file);
    truncateSync(fixture.file, whole.length / 2);
    expect(await codeOf(core.complete(ask("Hi"), new RecordedRun()))).toBe("model-file-unusable");
    expect(core.local?.view().load.status).toBe("failed");
    writeFileSync(fixture.file, "no model at all");
    expect(await codeOf(core.complete(ask("Hi"), new RecordedRun()))).toBe("model-file-unusable");
    const gone = fixture.open({ file: join(fixture.folder, "gone.gguf") });
    expect(await codeOf(gone.complete(ask("Hi"), new RecordedRun()))).toBe("model-file-unusable");
    writeFileSync(fixture.file, whole);
    expect((await core.complete(ask("Hi", 3), new RecordedRun())).type).toBe("finished");
  });

  test.each([
    ["cut", (file: string) => truncateSync(file, 1_000), "bytes where"],
    ["longer than it was", (file: string) => appendFileSync(file, "more"), "bytes where"],
    [
      "changed in one bit",
      (file: string) => {
        const bytes = readFileSync(file);
        bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
        writeFileSync(file, bytes);
      },
      "damaged",
    ],
  ])("a state that is %s is read again, and the answer is the same", async (_, damage, problem) => {
    fixture = new LlamaFixture(SLOW_TO_READ);
    const first = fixture.open({ slots: 1 });
    const whole = await finishAll(first, owned(agent, LONG, 30), new RecordedRun());
    await first.forget?.(agent);
    const outcome = await turn(first);
    await first.local?.unload();
    damage(stateFile(".state"));
    const run = new RecordedRun(100, outcome.type === "yielded" ? outcome.resume.partial : "");
    const rest = await turn(first, run, outcome.type === "yielded" ? outcome.resume : null);
    expect(run.reports[0]?.problem).toContain(problem);
    expect(rest).toMatchObject({ type: "finished", message: whole.message });
    expect(run.text).toBe(whole.message.content);
  });

  test("states of another model or configuration are removed, and broken sidecars too", async () => {
    fixture = new LlamaFixture(SLOW_TO_READ);
    const first = fixture.open({ slots: 1 });
    await turn(first);
    await first.close();
    expect(stateFile(".state")).toContain("agent-");
    const other = fixture.open({ slots: 1, kvRamBytes: 0 });
    await other.local?.load();
    expect(other.local?.view().kv).toMatchObject({ onDisk: 0, diskBytes: 0 });
    expect(stateFile(".state")).not.toContain("agent-");
    await turn(other);
    await other.close();
    writeFileSync(stateFile(".json"), "{");
    const again = fixture.open({ slots: 1, kvRamBytes: 0 });
    await again.local?.load();
    expect(again.local?.view().kv.onDisk).toBe(0);
    expect(stateFile(".state")).not.toContain("agent-");
  });

  test("a cancel ends a long prompt in the middle, and what was read counts the next time", async () => {
    fixture = new LlamaFixture(SLOW_TO_READ);
    const core = fixture.open({ slots: 1, contextTokens: 4_096, kvRamBytes: 0 });
    const text = LONG.repeat(6);
    const run = new RecordedRun();
    await core.complete(ask("Hi", 2), new RecordedRun());
    setTimeout(() => run.controller.abort(), 60);
    expect(await codeOf(core.complete(owned(agent, text, 5), run))).toBe("cancelled");
    expect(run.reports).toEqual([]);
    const again = new RecordedRun();
    const outcome = await finishAll(core, owned(agent, text, 5), again);
    expect(again.reports[0]?.from).toBe("in-place");
    expect(again.reports[0]?.prefilledTokens).toBeGreaterThan(0);
    const apart = await finishAll(core, ask(text, 5), new RecordedRun());
    expect(outcome.message).toEqual(apart.message);
  });

  test("a cancel while it waits for its slot or for the model leaves nothing behind", async () => {
    fixture = new LlamaFixture();
    const core = fixture.open({ slots: 1 });
    const runs = Array.from({ length: 3 }, () => new RecordedRun());
    const calls = runs.map((run) => codeOf(core.complete(ask("Hi", 5), run)));
    runs[0]?.controller.abort();
    runs[2]?.controller.abort();
    expect(await Promise.all(calls)).toEqual(["cancelled", "Error: Nothing was thrown", "cancelled"]);
    await core.local?.unload();
  });

  test("a prompt that fills the window is refused with both counts, an answer that does is cut", async () => {
    fixture = new LlamaFixture();
    const core = fixture.open({ contextTokens: 256 });
    const error = await core.complete(ask("word ".repeat(300)), new RecordedRun()).catch((thrown) => thrown);
    expect(error.data).toMatchObject({ code: "context-too-long" });
    expect(error.message).toMatch(/\d{3} tokens.* 256 /);
    const outcome = await finishAll(core, ask("Go on for ever.", 10_000), new RecordedRun(50));
    expect(outcome.finishReason).toBe("length");
    expect(outcome.usage.promptTokens + outcome.usage.outputTokens).toBe(256);
  });

  test("without the add-on a call says how to add it", async () => {
    fixture = new LlamaFixture();
    const core = fixture.open({}, null);
    expect(await codeOf(core.complete(ask("Hi"), new RecordedRun()))).toBe("addon-missing");
    expect(await codeOf(core.local?.load() ?? Promise.resolve())).toBe("addon-missing");
    expect(await core.countTokens?.(["four"])).toEqual({ counts: [1], source: "estimate" });
  });

  test("closing ends what runs", async () => {
    fixture = new LlamaFixture();
    const core = fixture.open();
    const run = new RecordedRun();
    const call = codeOf(core.complete(ask("Hi", 5_000), run));
    await new Promise<void>((resolve) => {
      run.onToken = resolve;
    });
    await core.close();
    expect(await call).toBe("cancelled");
    expect(await codeOf(core.complete(ask("Hi"), new RecordedRun()))).toBe("cancelled");
  });
});
