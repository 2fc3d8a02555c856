import { describe, expect, it } from "vitest";
import { LOCAL_CORE, OFFLINE_CORE, recordedRun } from "../../../e2e/fixtures/recorded-run.ts";
import { reduce } from "../../../shared/reduce.ts";
import { emptyState } from "../../../shared/state.ts";
import { checkAdd, checkTest, EMPTY_FORM } from "./add-model-form.ts";
import { coreSpeed, priceText } from "./core-facts.ts";

const ADDRESS = "http://127.0.0.1:11434/v1";

describe("the form of a new model", () => {
  it("is checked field by field, as the contract wants it", () => {
    expect(checkAdd({ ...EMPTY_FORM, baseUrl: "ollama", model: "m" })).toMatchObject({
      type: "invalid",
      field: "baseUrl",
      message: "Expected an http or https address",
    });
    expect(checkAdd({ ...EMPTY_FORM, baseUrl: ADDRESS })).toMatchObject({
      type: "invalid",
      field: "model",
    });
    expect(checkAdd({ ...EMPTY_FORM, baseUrl: ` ${ADDRESS} `, model: " m " })).toEqual({
      type: "valid",
      input: { baseUrl: ADDRESS, apiKey: "", model: "m", title: "", contextTokens: null },
    });
  });

  it("takes a window with or without thousands marks", () => {
    const form = { ...EMPTY_FORM, baseUrl: ADDRESS, model: "m" };
    expect(checkAdd({ ...form, contextTokens: "2,048" })).toMatchObject({ input: { contextTokens: 2_048 } });
    expect(checkAdd({ ...form, contextTokens: "big" })).toMatchObject({ field: "contextTokens" });
  });

  it("can be tested before a model is chosen", () => {
    expect(checkTest({ ...EMPTY_FORM, baseUrl: ADDRESS })).toMatchObject({ type: "valid" });
    expect(checkTest(EMPTY_FORM)).toMatchObject({ type: "invalid", field: "baseUrl" });
  });
});

describe("the facts of a core", () => {
  const end = 1_800_000_000_000;
  const system = recordedRun(end).reduce(reduce, emptyState());

  it("measures speed over the calls that run on it", () => {
    expect(coreSpeed(OFFLINE_CORE.id, system, end)).toBeNull();
    const calls = [...system.syscalls.values()].filter((call) => call.placement?.coreId === LOCAL_CORE.id);
    const tokens = calls.reduce((sum, call) => sum + call.outputTokens, 0);
    const speed = coreSpeed(LOCAL_CORE.id, system, end) ?? 0;
    const service = calls.reduce((sum, call) => sum + call.serviceMs + (end - call.since), 0);
    expect(speed).toBeCloseTo((1_000 * tokens) / service);
  });

  it("tells a price that is not known from none", () => {
    expect(priceText(OFFLINE_CORE)).toBe("free");
    expect(priceText(LOCAL_CORE)).toBe("$0.15 in, $0.60 out");
    const unknown = { ...LOCAL_CORE, capabilities: { ...LOCAL_CORE.capabilities, price: null } };
    expect(priceText(unknown)).toBe("not known");
  });
});
