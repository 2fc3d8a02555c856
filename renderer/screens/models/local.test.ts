import { describe, expect, it } from "vitest";
import { coreId, syscallId } from "../../../shared/ids.ts";
import { type JobView, jobId } from "../../../shared/jobs.ts";
import type { ModelFileFacts } from "../../../shared/local-models.ts";
import { downloadOf, rememberDownload } from "./asked-downloads.ts";
import { amountOf, bytesOf, fitText } from "./byte-amount.ts";
import { againWords, inOrder, progressText } from "./job-words.ts";
import { bytesPerAgent, checkLocal, proposedForm, shownRam } from "./local-model-form.ts";
import { fileName } from "./local-words.ts";
import { type RateSample, rateOf, withSample } from "./transfer-rate.ts";
import { truncationWayOut } from "./truncation-words.ts";

const MiB = 2 ** 20;
const FACTS: ModelFileFacts = {
  file: "/models/llama.gguf",
  bytes: 800 * MiB,
  name: "Llama",
  architecture: "llama",
  trainedTokens: 131_072,
  layers: 16,
  chatTemplate: "present",
  kvBytesPerToken: 32_768,
};

describe("the settings of a model file", () => {
  it("are proposed so that those that run and some that wait have room in memory, as far as there is any", () => {
    const form = proposedForm(FACTS);
    expect(form.contextTokens).toBe("8192");
    expect(bytesPerAgent(form, FACTS)).toBe(256 * MiB);
    expect(shownRam(form, FACTS)).toEqual({ amount: "1", unit: "GiB" });
    expect(shownRam({ ...form, slots: "4" }, FACTS)).toEqual({ amount: "1.5", unit: "GiB" });
    expect(checkLocal(form, FACTS)).toEqual({
      type: "valid",
      input: {
        file: FACTS.file,
        title: "",
        slots: 2,
        contextTokens: 8_192,
        kvRamBytes: null,
        kvDiskBytes: 2_048 * MiB,
        threads: null,
      },
    });
  });

  it("send the memory that was typed", () => {
    const form = { ...proposedForm(FACTS), ram: { amount: "512", unit: "MiB" } } as const;
    expect(checkLocal(form, FACTS)).toMatchObject({ input: { kvRamBytes: 512 * MiB } });
  });

  it("never propose a window over the one it was trained for, nor one that the contract refuses", () => {
    expect(proposedForm({ ...FACTS, trainedTokens: 2_048 }).contextTokens).toBe("2048");
    expect(proposedForm({ ...FACTS, trainedTokens: 64 }).contextTokens).toBe("256");
  });

  it.each([
    ["slots", { slots: "" }],
    ["slots", { slots: "0" }],
    ["slots", { slots: "1.5" }],
    ["contextTokens", { contextTokens: "many" }],
    ["contextTokens", { contextTokens: "100" }],
    ["contextTokens", { contextTokens: "200,000" }],
    ["kvRamBytes", { ram: { amount: "some", unit: "MiB" } }],
    ["kvDiskBytes", { disk: { amount: "-1", unit: "GiB" } }],
    ["threads", { threads: "0" }],
  ] as const)("are checked field by field: %s %o", (field, part) => {
    const checked = checkLocal({ ...proposedForm(FACTS), ...part }, FACTS);
    expect(checked).toMatchObject({ type: "invalid", field });
    if (checked.type === "invalid") expect(checked.message).not.toContain("NaN");
  });
});

describe("amounts of memory", () => {
  it("read as they were written", () => {
    expect(amountOf(1_536 * MiB)).toEqual({ amount: "1.5", unit: "GiB" });
    expect(amountOf(512 * MiB)).toEqual({ amount: "512", unit: "MiB" });
    expect(bytesOf({ amount: " 1,5 ", unit: "GiB" })).toBe(1_536 * MiB);
    expect(bytesOf({ amount: "", unit: "MiB" })).toBeNull();
    expect(bytesOf({ amount: "Infinity", unit: "MiB" })).toBeNull();
  });

  it("are told in agents", () => {
    expect(fitText(100 * MiB, 256 * MiB)).toBe("less than one agent with a full window");
    expect(fitText(256 * MiB, 256 * MiB)).toBe("one agent with a full window");
    expect(fitText(1_024 * MiB, 256 * MiB)).toBe("4 agents with a full window");
    expect(fitText(1_024 * MiB, 0)).toBe("");
    expect(fitText(null, 256 * MiB)).toBe("");
  });
});

describe("the rate of a transfer", () => {
  const measured = (...samples: readonly RateSample[]) =>
    samples.reduce<readonly RateSample[]>(withSample, []);

  it("is taken over the last seconds", () => {
    const samples = measured({ at: 0, done: 0 }, { at: 1_000, done: 500 }, { at: 2_000, done: 3_000 });
    expect(rateOf(samples, 2_000)).toBe(1_500);
    expect(rateOf([], 2_000)).toBeNull();
    expect(rateOf(measured({ at: 0, done: 0 }, { at: 100, done: 50 }), 100)).toBeNull();
  });

  it("falls to nothing when nothing comes", () => {
    const samples = measured({ at: 0, done: 0 }, { at: 1_000, done: 5_000 });
    expect(rateOf(samples, 5_000)).toBe(1_000);
    expect(rateOf(samples, 60_000)).toBe(0);
  });

  it("begins again with the work, and keeps few samples", () => {
    expect(measured({ at: 0, done: 900 }, { at: 1_000, done: 10 })).toEqual([{ at: 1_000, done: 10 }]);
    let samples: readonly RateSample[] = [];
    for (let at = 0; at < 10_000; at += 10) samples = withSample(samples, { at, done: at });
    expect(samples.length).toBeLessThanOrEqual(64);
  });
});

describe("long work in words", () => {
  const job = (part: Partial<JobView>): JobView => ({
    id: jobId(1),
    kind: "model-download",
    title: "Get llama.gguf",
    startedAt: 0,
    progress: null,
    end: null,
    ...part,
  });
  const progress = { done: 10 * MiB, total: 40 * MiB, message: "" };

  it("tells bytes, rate and time left of a download", () => {
    expect(progressText(job({}), null)).toBe("starting");
    expect(progressText(job({ progress }), null)).toBe("10 MiB of 40 MiB");
    expect(progressText(job({ progress }), 2 * MiB)).toBe("10 MiB of 40 MiB · 2.0 MiB/s · 15.0 s left");
    expect(progressText(job({ progress }), 0)).toBe("10 MiB of 40 MiB · nothing comes now");
    expect(progressText(job({ progress: { ...progress, total: null } }), 2 * MiB)).toBe("2.0 MiB/s");
  });

  it("tells the installer's own words", () => {
    const words = { done: 3, total: null, message: "unpacking" };
    expect(progressText(job({ kind: "add-on", progress: words }), 1)).toBe("unpacking");
  });

  it("is offered again as what it is", () => {
    const failed = { status: "failed", error: { code: "page-unreachable", message: "gone" } } as const;
    expect(againWords(job({ end: { status: "cancelled" } }))).toBe("Go on");
    expect(againWords(job({ end: failed }))).toBe("Try again");
    expect(againWords(job({ kind: "add-on", end: { status: "cancelled" } }))).toBe("Try again");
    expect(againWords(job({ end: { status: "done", text: "/a.gguf" } }))).toBeNull();
    expect(againWords(job({}))).toBeNull();
  });

  it("comes with what runs first, and the newest", () => {
    const end = { status: "cancelled" } as const;
    const jobs = [
      job({ id: jobId(1), startedAt: 1, end }),
      job({ id: jobId(2), startedAt: 2 }),
      job({ id: jobId(3), startedAt: 3 }),
      job({ id: jobId(4), startedAt: 4, end }),
    ];
    expect(inOrder(jobs).map(({ id }) => id)).toEqual(["j3", "j2", "j4", "j1"]);
  });

  it("remembers what was asked for, of few", () => {
    for (let n = 1; n <= 100; n += 1) rememberDownload(jobId(n), { url: `http://127.0.0.1/${n}` });
    expect(downloadOf({ id: jobId(100) })).toEqual({ url: "http://127.0.0.1/100" });
    expect(downloadOf({ id: jobId(1) })).toBeNull();
  });
});

describe("a cut prompt", () => {
  const truncation = {
    coreId: coreId("x"),
    syscallId: syscallId(1),
    counted: 5_000,
    countedBy: "estimate",
    reported: 2_048,
    at: 0,
  } as const;
  const core = {
    id: coreId("x"),
    title: "llama3.2 (Ollama)",
    kind: "openai-compatible",
    baseUrl: "http://127.0.0.1:11434/v1",
    model: "llama3.2",
    source: "found",
    capabilities: {
      slots: 1,
      contextTokens: 8_192,
      tools: "native",
      jsonSchema: "none",
      embeddings: "none",
      preemption: "none",
      summaries: "native",
      price: null,
    },
    health: { status: "ready" },
  } as const;

  it("has a way out for each server", () => {
    expect(truncationWayOut(core, truncation)).toContain("OLLAMA_CONTEXT_LENGTH=8192");
    const other = { ...core, title: "big at box:1", baseUrl: "http://box:1/v1", source: "added" } as const;
    expect(truncationWayOut(other, truncation)).toContain("a window of 2,048 tokens");
  });
});

it("a path ends in the file's name, whatever its slashes", () => {
  expect(fileName("/models/a.gguf")).toBe("a.gguf");
  expect(fileName("C:\\models\\a.gguf")).toBe("a.gguf");
});
