import { describe, expect, it } from "vitest";
import { recordedRun } from "../../../e2e/fixtures/recorded-run.ts";
import { serverName } from "../../../shared/ids.ts";
import type { JsonObject } from "../../../shared/messages.ts";
import { reduce } from "../../../shared/reduce.ts";
import { emptyState } from "../../../shared/state.ts";
import { argumentFields, checkArguments, checkJson, fieldAtFault, firstArguments } from "./argument-form.ts";
import { schemaRows } from "./json-schema.ts";
import { liveCounts, liveToolCalls, serverCounts, serverSums, toolSums } from "./tool-sums.ts";

const SCHEMA: JsonObject = {
  type: "object",
  required: ["path", "edits"],
  $defs: { edit: { type: "object", properties: { from: { type: "string" } }, required: ["from"] } },
  properties: {
    path: { type: "string", description: "The file" },
    edits: { type: "array", items: { $ref: "#/$defs/edit" } },
    tries: { type: "integer", default: 3 },
    dryRun: { type: "boolean" },
    mode: { enum: ["fast", "slow", 1] },
    ratio: { type: "number" },
    any: { anyOf: [{ type: "string" }, { type: "null" }] },
  },
};

describe("the table of a schema", () => {
  it("names each property with its type, nested ones and references too", () => {
    expect(schemaRows(SCHEMA).map(({ path, type, need }) => `${path}: ${type}, ${need}`)).toEqual([
      "path: text, required",
      "edits: list of object, required",
      "edits[].from: text, required",
      "tries: whole number, optional",
      "dryRun: true or false, optional",
      'mode: "fast" or "slow" or 1, optional',
      "ratio: number, optional",
      "any: text or null, optional",
    ]);
    expect(schemaRows(SCHEMA)[3]?.standard).toBe("3");
  });

  it("comes to an end for schemas that go round, are huge, or are no schemas", () => {
    const loop: JsonObject = { properties: { next: { $ref: "#" } } };
    expect(schemaRows(loop).length).toBeLessThan(10);
    const many = Object.fromEntries(Array.from({ length: 900 }, (_, n) => [`p${n}`, { type: "string" }]));
    expect(schemaRows({ properties: many })).toHaveLength(200);
    const odd: readonly JsonObject[] = [
      {},
      { properties: [] },
      { properties: { a: 7 } },
      { properties: { a: { type: 3 } } },
    ];
    for (const each of odd) expect(() => schemaRows(each)).not.toThrow();
  });
});

describe("a call by hand", () => {
  const fields = argumentFields(SCHEMA);
  const first = firstArguments(fields);

  it("has an input for each argument, with its default", () => {
    expect(fields.map(({ name, kind }) => `${name} ${kind.type}`)).toEqual([
      "path text",
      "edits json",
      "tries number",
      "dryRun choice",
      "mode choice",
      "ratio number",
      "any json",
    ]);
    expect(first.tries).toBe("3");
  });

  it("sends what was typed in the schema's types, and leaves out what was not", () => {
    const typed = { ...first, path: "a b", edits: '[{"from": "x"}]', dryRun: "true", mode: '"slow"' };
    expect(checkArguments(fields, typed)).toEqual({
      type: "ready",
      arguments: { path: "a b", edits: [{ from: "x" }], tries: 3, dryRun: true, mode: "slow" },
    });
  });

  it.each([
    [{ edits: "" }, "edits"],
    [{ edits: "[1," }, "edits"],
    [{ edits: "[]", tries: "2.5" }, "tries"],
    [{ edits: "[]", ratio: "much" }, "ratio"],
  ])("%j is wrong at its field", (change, field) => {
    expect(checkArguments(fields, { ...first, ...change })).toMatchObject({ type: "wrong", field });
  });

  it("takes JSON for schemas that no form fits", () => {
    expect(checkJson(' {"a": [1]} ')).toEqual({ type: "ready", arguments: { a: [1] } });
    expect(checkJson("")).toEqual({ type: "ready", arguments: {} });
    expect(checkJson("[1]")).toMatchObject({ type: "wrong" });
    expect(checkJson("{")).toMatchObject({ type: "wrong" });
  });

  it("finds the field that the kernel complains of", () => {
    expect(fieldAtFault(fields, "arguments.tries")).toBe("tries");
    expect(fieldAtFault(fields, "path")).toBe("path");
    expect(fieldAtFault(fields, "tool")).toBeNull();
    expect(fieldAtFault(fields, undefined)).toBeNull();
  });
});

describe("the figures of tools", () => {
  const system = recordedRun(1_800_000_000_000).reduce(reduce, emptyState());

  it("are those of the tool's ended calls; a denied one says nothing of its time", () => {
    expect(toolSums("calculate", system)).toMatchObject({ failed: 0, denied: 0 });
    expect(toolSums("nobody-has-this", system)).toEqual({
      calls: 0,
      failed: 0,
      denied: 0,
      meanMs: null,
      lastAt: null,
    });
    system.toolStats.set("files__read", { calls: 4, failed: 1, denied: 2, serviceMs: 90, lastAt: 7 });
    system.toolStats.set("files__write", { calls: 1, failed: 0, denied: 0, serviceMs: 30, lastAt: 9 });
    system.toolStats.set("files-too__read", { calls: 100, failed: 0, denied: 0, serviceMs: 1, lastAt: 1 });
    expect(toolSums("files__read", system).meanMs).toBe(45);
    expect(serverSums(serverName("files"), system)).toEqual({
      calls: 5,
      failed: 1,
      denied: 2,
      meanMs: 40,
      lastAt: 9,
    });
  });

  it("count live calls, running ones first", () => {
    const live = [...system.syscalls.values()].filter((call) => call.kind !== "llm");
    const [some] = live;
    if (!some) throw new Error("The recording has no live tool call");
    const calls = liveToolCalls(some.label, system);
    expect(new Set(calls)).toEqual(new Set(live.filter(({ label }) => label === some.label)));
    const running = calls.filter(({ state }) => state === "running").length;
    expect(calls.slice(0, running).every(({ state }) => state === "running")).toBe(true);
    const counts = liveCounts(system).get(some.label);
    expect((counts?.running ?? 0) + (counts?.waiting ?? 0)).toBe(calls.length);
    expect(serverCounts(serverName("files"), new Map([["files__a", { running: 1, waiting: 2 }]]))).toEqual({
      running: 1,
      waiting: 2,
    });
  });
});
