import { describe, expect, test } from "vitest";
import { importServers } from "./import-servers.ts";

const read = (value: unknown, present: readonly string[] = []) =>
  importServers(JSON.stringify(value), present);
const only = (entry: unknown) => read({ mcpServers: { it: entry } })[0];

describe("the forms of other programs", () => {
  const files = { command: "npx", args: ["-y", "server-files", "/home/me"], env: { KEY: "hush" } };
  const read_as = {
    type: "ok",
    name: "files",
    transport: {
      type: "stdio",
      command: "npx",
      args: ["-y", "server-files", "/home/me"],
      folder: null,
      envNames: ["KEY"],
    },
    secrets: { KEY: "hush" },
  };
  test.each([
    ["mcpServers", { mcpServers: { files } }],
    ["servers", { servers: { files: { type: "stdio", ...files } }, inputs: [] }],
    ["context_servers", { context_servers: { files: { source: "custom", ...files } } }],
    [
      "a program with its arguments one level deeper",
      {
        context_servers: {
          files: { command: { path: "npx", args: files.args, env: files.env }, settings: {} },
        },
      },
    ],
    ["the list by itself", { files }],
    ["mcp.servers", { mcp: { servers: { files } }, "editor.fontSize": 12 }],
  ])("%s", (_, value) => {
    expect(read(value)).toEqual([read_as]);
  });

  test.each([
    [{ url: "https://example.org/mcp", headers: { Authorization: "Bearer hush" } }],
    [{ type: "http", url: "https://example.org/mcp", headers: { Authorization: "Bearer hush" } }],
    [{ serverUrl: "https://example.org/mcp", headers: { Authorization: "Bearer hush" } }],
    [{ httpUrl: "https://example.org/mcp", headers: { Authorization: "Bearer hush" }, trust: true }],
    [{ type: "streamable-http", url: "https://example.org/mcp", headers: { Authorization: "Bearer hush" } }],
  ])("%j is reached over HTTP", (entry) => {
    expect(only(entry)).toEqual({
      type: "ok",
      name: "it",
      transport: { type: "http", url: "https://example.org/mcp", headerNames: ["Authorization"] },
      secrets: { Authorization: "Bearer hush" },
    });
  });

  test("comments, and commas before a closing bracket, are passed over where they are no text", () => {
    const text = `// mine, "not" yours
      {
        /* all of
           them */
        "mcpServers": {
          "files": { "command": "npx", // by name
            "args": ["//host/a", "/* b */", ",]", "\\"",], },
        },
      }`;
    expect(importServers(text, [])).toMatchObject([
      { type: "ok", name: "files", transport: { args: ["//host/a", "/* b */", ",]", '"'] } },
    ]);
  });

  test("what another program lets run unasked is not taken over", () => {
    const entry = { command: "node", autoApprove: ["*"], alwaysAllow: ["rm"], disabled: false, timeout: 5 };
    expect(JSON.stringify(only(entry))).not.toMatch(/autoApprove|alwaysAllow|rm/);
  });
});

test("names become names that a server may have, each once", () => {
  const list = { "GitHub (work)": 0, github: 0, "github-work": 0, "123 Büro": 0, "🙂": 0, files: 0 };
  const servers = Object.fromEntries(Object.keys(list).map((name) => [name, { command: "node" }]));
  const found = read({ mcpServers: servers }, ["files"]);
  expect(found.map(({ name }) => name)).toEqual([
    "github-work",
    "github",
    "github-work-2",
    "buro",
    "server",
    "files-2",
  ]);
});

test("a secret that only the other program knows is named, and has no value", () => {
  const found = only({
    command: "node",
    env: { NOTHING: null, KEY: `\${input:key}`, HOME: `\${env:HOME}`, PLAIN: "x", PORT: 80 },
  });
  expect(found).toMatchObject({
    transport: { envNames: ["KEY", "HOME", "PLAIN", "PORT"] },
    secrets: { PLAIN: "x", PORT: "80" },
  });
  expect(found?.type === "ok" ? Object.keys(found.secrets) : []).toEqual(["PLAIN", "PORT"]);
});

describe("a bad entry is a problem, and spoils no other", () => {
  test.each([
    ["neither command nor address", {}, "neither a command nor an address"],
    [
      "a place that only the other program knows",
      { command: "node", args: [`\${workspaceFolder}/x`] },
      "workspaceFolder",
    ],
    ["the old transport", { type: "sse", url: "https://example.org/sse" }, "SSE"],
    ["a file of secrets", { command: "node", envFile: ".env" }, "in a file"],
    ["an address of another kind", { url: "file:///etc/passwd" }, "http"],
    ["a name that no environment has", { command: "node", env: { "A=B": "x" } }, "API_KEY"],
    ["a value that is no text", { command: "node", env: { A: { b: "x" } } }, "env.A"],
    ["an argument with a hidden line", { command: "node", args: ["a\nrm -rf ~"] }, "control character"],
    ["no object", "npx server", "expected object"],
    ["nothing", null, "expected object"],
  ])("%s", (_, entry, message) => {
    const found = read({ mcpServers: { bad: entry, good: { command: "node" } } });
    expect(found).toMatchObject([
      { type: "problem", name: "bad", error: { code: "bad-input" } },
      { type: "ok", name: "good" },
    ]);
    expect(found[0]?.type === "problem" && found[0].error.message).toContain(message);
  });
});

test.each(["", "{", "[]", "null", "{}", '{"mcpServers": []}', '{"mcpServers": "x"}', "7"])(
  "%j holds no list",
  (text) => {
    expect(() => importServers(text, [])).toThrow(expect.objectContaining({ name: "KernelError" }));
  },
);

test("a text that is not JSON is refused without quoting it: it may hold a key", () => {
  expect(() => importServers('{"mcpServers": {"a": {"env": {"KEY": hush}}}}', [])).toThrow(
    "The text is not JSON",
  );
});
