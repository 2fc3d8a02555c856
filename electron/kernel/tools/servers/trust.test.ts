import fc from "fast-check";
import { expect, test } from "vitest";
import type { ServerTransport, ToolDefinition } from "../../../../shared/servers.ts";
import { toolDefinition } from "../../testing/fake-servers.ts";
import { toolChanges, trustText } from "./trust.ts";

const stdio: ServerTransport = {
  type: "stdio",
  command: "node",
  args: ["a", "b"],
  folder: null,
  envNames: ["ONE", "TWO"],
};
const http: ServerTransport = { type: "http", url: "https://example.org/mcp", headerNames: ["x-key"] };
const schema = { type: "object", properties: { path: { type: "string" }, deep: { enum: [1, 2] } } };
const tool = toolDefinition("read", { inputSchema: schema });

test("what says nothing else is trusted as the same", () => {
  const turned = { properties: { deep: { enum: [1, 2] }, path: { type: "string" } }, type: "object" };
  const other = toolDefinition("other");
  const base = trustText(stdio, [tool, other]);
  expect(trustText({ ...stdio, envNames: ["TWO", "ONE"] }, [other, { ...tool, inputSchema: turned }])).toBe(
    base,
  );
  expect(trustText(JSON.parse(JSON.stringify(stdio)), JSON.parse(JSON.stringify([tool, other])))).toBe(base);
});

test.each<[string, ServerTransport, readonly ToolDefinition[]]>([
  ["another command", { ...stdio, command: "nodejs" }, [tool]],
  ["arguments in another order", { ...stdio, args: ["b", "a"] }, [tool]],
  ["arguments cut elsewhere", { ...stdio, args: ["a b"] }, [tool]],
  ["another folder", { ...stdio, folder: "/" }, [tool]],
  ["a further name of the environment", { ...stdio, envNames: ["ONE", "TWO", "LD_PRELOAD"] }, [tool]],
  ["an address in place of a command", http, [tool]],
  ["a word in a description", stdio, [{ ...tool, description: `${tool.description}.` }]],
  ["a title", stdio, [{ ...tool, title: "Read" }]],
  [
    "a field deep in a schema",
    stdio,
    [toolDefinition("read", { inputSchema: { ...schema, x: { y: [1] } } })],
  ],
  [
    "the order of a list in a schema",
    stdio,
    [
      toolDefinition("read", {
        inputSchema: { ...schema, properties: { ...schema.properties, deep: { enum: [2, 1] } } },
      }),
    ],
  ],
  ["a hint", stdio, [toolDefinition("read", { inputSchema: schema, annotations: { readOnly: true } })]],
  ["a tool more", stdio, [tool, toolDefinition("more")]],
  ["a tool less", stdio, []],
])("%s is another thing to trust", (_, transport, tools) => {
  expect(trustText(transport, tools)).not.toBe(trustText(stdio, [tool]));
});

test("changes are exactly what differs", () => {
  const definition = fc
    .record({ name: fc.constantFrom("a", "b", "c", "d"), description: fc.constantFrom("x", "y") })
    .map(({ name, description }) => toolDefinition(name, { description }));
  const list = fc.uniqueArray(definition, { selector: ({ name }) => name, maxLength: 4 });
  fc.assert(
    fc.property(list, list, (before, after) => {
      const changes = toolChanges(before, after);
      expect(changes.length === 0).toBe(trustText(stdio, before) === trustText(stdio, after));
      const applied = new Map(before.map((each) => [each.name, each]));
      for (const { name, after: is } of changes) {
        if (is === null) applied.delete(name);
        else applied.set(name, is);
      }
      expect(trustText(stdio, [...applied.values()])).toBe(trustText(stdio, after));
    }),
  );
});
