import { expect, test } from "vitest";
import { coreId } from "../../../shared/ids.ts";
import { traitsOf } from "./server-traits.ts";
import { coreConfig } from "./testing.ts";

const found = (id: string) => traitsOf(coreConfig("http://127.0.0.1:1/v1", "m", { id: coreId(id) }));
const added = (baseUrl: string) =>
  traitsOf(coreConfig(baseUrl, "m", { source: "added", id: coreId("vllm/m") }));

test("a found program is known by its name, a hosted service by its address", () => {
  expect(found("llama-server/m")).toMatchObject({ jsonSchema: "native", tokens: "llama-server" });
  expect(found("vllm/org/m").continuation?.request).toEqual({
    continue_final_message: true,
    add_generation_prompt: false,
  });
  expect(added("https://api.deepseek.com/v1").continuation).toMatchObject({ path: "/beta" });
  expect(added("https://api.mistral.ai/v1").continuation).toMatchObject({ answers: "whole" });
  expect(added("https://api.openai.com/v1")).toEqual({
    continuation: null,
    jsonSchema: "native",
    tokens: "library",
  });
});

test("nothing is promised of a server that is not known", () => {
  const plain = { continuation: null, jsonSchema: "none", tokens: null };
  expect(found("lm-studio/m")).toEqual(plain);
  expect(added("http://127.0.0.1:8000/v1")).toEqual(plain);
  expect(added("https://api.mistral.ai.example/v1")).toEqual(plain);
});
