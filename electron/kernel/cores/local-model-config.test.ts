import { describe, expect, test } from "vitest";
import { localModelSchema } from "../../../shared/local-models.ts";
import { LOCAL_KV_DISK_BYTES } from "../limits.ts";
import { modelFacts } from "../testing/fake-models.ts";
import { type LocalModelChoice, localModelConfig } from "./local-model-config.ts";

const NONE: LocalModelChoice = {
  title: "",
  slots: 2,
  contextTokens: null,
  kvRamBytes: null,
  kvDiskBytes: null,
  threads: null,
};
const GIGABYTE = 1_000_000_000;
const config = (
  facts: Parameters<typeof modelFacts>[1] = {},
  choice: Partial<LocalModelChoice> = {},
  { free = 100 * GIGABYTE, file = "/m/tiny-1B.Q4.gguf", taken = [] as readonly string[] } = {},
) => localModelConfig(modelFacts(file, facts), { ...NONE, ...choice }, free, (id) => taken.includes(id));

describe("a model file runs, where nothing was chosen,", () => {
  test("with a window of at most 8,192 tokens, and with what can be kept on disk", () => {
    expect(config({ trainedTokens: 131_072 })).toMatchObject({ contextTokens: 8_192 });
    expect(config({ trainedTokens: 2_048 })).toMatchObject({ contextTokens: 2_048 });
    expect(config({ trainedTokens: 64 })).toMatchObject({ contextTokens: 256 });
    expect(config()).toMatchObject({ kvDiskBytes: LOCAL_KV_DISK_BYTES, threads: null });
  });

  test("with room for its slots and two more, but no more than a quarter of the free memory", () => {
    const state = 8_192 * 1_000;
    expect(config({ kvBytesPerToken: 1_000 })).toMatchObject({ kvRamBytes: 4 * state });
    expect(config({ kvBytesPerToken: 1_000 }, {}, { free: 12 * state })).toMatchObject({
      kvRamBytes: 3 * state,
    });
    expect(config({ kvBytesPerToken: 1_000 }, {}, { free: state })).toMatchObject({ kvRamBytes: 2 * state });
  });

  test("under its own name, else that of its file", () => {
    expect(config({ name: "Tiny 1B" })).toMatchObject({ title: "Tiny 1B", model: "tiny-1B.Q4" });
    expect(config({ name: "" })).toMatchObject({ title: "tiny-1B.Q4", id: "local/tiny-1B.Q4" });
  });
});

test("what was chosen counts, as long as the model was trained for it", () => {
  const chosen = { title: "Mine", slots: 4, contextTokens: 512, kvRamBytes: 0, kvDiskBytes: 0, threads: 3 };
  expect(config({}, chosen)).toMatchObject(chosen);
  expect(() => config({ trainedTokens: 1_024 }, { contextTokens: 2_048 })).toThrow("1024 tokens and no more");
});

test("a name that is taken gets a number; one of any length or from Windows gives a config that can be kept", () => {
  expect(config({}, {}, { taken: ["local/tiny-1B.Q4", "local/tiny-1B.Q4-2"] })).toMatchObject({
    id: "local/tiny-1B.Q4-3",
    model: "tiny-1B.Q4-3",
  });
  expect(config({}, {}, { file: "C:\\models\\a.GGUF" })).toMatchObject({ id: "local/a" });
  const long = config({ name: "n".repeat(9_000) }, {}, { file: `/${"x".repeat(900)}.gguf` });
  expect(localModelSchema.safeParse(long).success).toBe(true);
});
