import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CONTRACT, type ContractHandlers, METHOD_NAMES, type MethodName } from "../../shared/contract.ts";
import { KernelError, kernelErrorSchema } from "../../shared/errors.ts";
import { serveContract } from "./serve-contract.ts";

/** Handlers that give back what they were given. */
const echo = Object.fromEntries(
  METHOD_NAMES.map((name) => [name, async (input: unknown) => ({ input })]),
) as unknown as ContractHandlers;

/** A good input of every method. */
const GOOD = {
  "kernel.info": {},
  "state.get": {},
  "events.read": { from: 0, limit: 10, agentId: "a1" },
  "settings.update": {
    policy: "fifo",
    sliceTokens: 24,
    mode: "ask",
    defaultModel: "m",
    offlineTokensPerSecond: 60,
    allowedPrivateHosts: ["localhost:80"],
    outsideFolders: ["downloads"],
    shellHosts: ["example.com"],
  },
  "agents.catalogue": {},
  "agents.launch": {
    agent: "helper",
    task: "help",
    priority: 5,
    model: "m",
    mode: "ask",
    servers: ["files"],
  },
  "agents.launchFleet": {},
  "agents.detail": { agentId: "a1" },
  "agents.pause": { agentId: "a1" },
  "agents.resume": { agentId: "a1" },
  "agents.kill": { agentId: "a1" },
  "agents.reprioritise": { agentId: "a1", priority: 9 },
  "agents.send": { agentId: "a1", text: "hello" },
  "syscalls.prompt": { syscallId: "s1" },
  "syscalls.cancel": { syscallId: "s1" },
  "approvals.answer": { approvalId: "p1", answer: { type: "once" } },
  "grants.revoke": { grantId: "g1" },
  "rules.preview": {
    draft: {
      verdict: "deny",
      agent: null,
      tool: null,
      effect: "net",
      pattern: "**",
      workspace: null,
      expiresAt: null,
    },
  },
  "rules.add": {
    draft: {
      verdict: "deny",
      agent: null,
      tool: null,
      effect: "net",
      pattern: "**",
      workspace: null,
      expiresAt: null,
    },
  },
  "rules.revoke": { ruleId: "r1" },
  "groups.save": {
    group: {
      name: "readers",
      title: "Readers",
      description: "",
      effects: ["read"],
      folders: null,
      hosts: null,
      servers: null,
      cores: null,
      tokens: null,
      sharing: "none",
    },
  },
  "groups.remove": { name: "readers" },
  "agents.declassify": { agentId: "a1", what: "taint" },
  "audit.read": { before: 5, limit: 10, agentId: "a1", verdict: "ask", text: "x" },
  "audit.verify": {},
  "tools.list": {},
  "tools.call": { tool: "clock", arguments: {} },
  "servers.add": {
    name: "files",
    transport: { type: "stdio", command: "node", args: ["server.js"], folder: null, envNames: [] },
    secrets: {},
    options: {
      concurrency: 4,
      timeoutMs: 60_000,
      sampling: "refuse",
      samplingTokens: 1_000,
      data: "private",
      effects: {},
      disabledTools: [],
    },
  },
  "servers.import": { json: "{}" },
  "servers.inspect": { name: "files" },
  "servers.enable": { name: "files", digest: "abc" },
  "servers.disable": { name: "files" },
  "servers.restart": { name: "files" },
  "servers.remove": { name: "files" },
  "servers.setOptions": {
    name: "files",
    options: {
      concurrency: 4,
      timeoutMs: 60_000,
      sampling: "refuse",
      samplingTokens: 1_000,
      data: "private",
      effects: {},
      disabledTools: [],
    },
  },
  "elicitations.answer": { elicitationId: "q1", answer: { type: "decline" } },
  "results.read": { resultId: "f1", offset: 0, limit: 100 },
  "results.image": { resultId: "f1" },
  "cores.discover": {},
  "cores.test": { baseUrl: "http://127.0.0.1:1", model: "m", apiKey: "k" },
  "cores.add": {
    title: "t",
    baseUrl: "https://example.org/v1",
    model: "m",
    apiKey: "k",
    slots: 2,
    contextTokens: 100,
  },
  "cores.setSlots": { coreId: "c", slots: 2 },
  "cores.remove": { coreId: "c" },
  "context.view": { agentId: "a1", snapshotId: "n1" },
  "context.snapshots": { agentId: "a1" },
  "context.snapshot": { agentId: "a1", label: "before" },
  "context.pin": { agentId: "a1", snapshotId: "n1" },
  "context.unpin": { agentId: "a1", snapshotId: "n1" },
  "context.effectsSince": { agentId: "a1", snapshotId: "n1" },
  "context.rewind": { agentId: "a1", snapshotId: "n1", message: "again", afterwards: "pause" },
  "context.fork": { agentId: "a1", snapshotId: "n1", message: "again", afterwards: "go-on" },
  "context.compact": { agentId: "a1" },
  "context.compaction": { agentId: "a1", seq: 1 },
  "context.undoCompaction": { agentId: "a1", seq: 1 },
  "addon.install": {},
  "models.inspect": { file: "/m.gguf" },
  "models.download": { url: "https://example.com/m.gguf", sha256: "" },
  "models.files": {},
  "models.addLocal": {
    file: "/m.gguf",
    title: "M",
    slots: 2,
    contextTokens: 4_096,
    kvRamBytes: 1,
    kvDiskBytes: 1,
    threads: 1,
  },
  "cores.load": { coreId: "c" },
  "cores.unload": { coreId: "c" },
  "cores.setKvBudget": { coreId: "c", kvRamBytes: 1, kvDiskBytes: 1 },
  "jobs.cancel": { jobId: "j1" },
  "jobs.dismiss": { jobId: "j1" },
} as const satisfies Record<MethodName, Readonly<Record<string, unknown>>>;

/** Fields of each good input, with the method they belong to. */
const FIELDS = METHOD_NAMES.flatMap((method) =>
  Object.keys(GOOD[method]).map((field) => [method, field] as const),
);

const goodField = (method: MethodName, field: string): unknown =>
  (GOOD[method] as Readonly<Record<string, unknown>>)[field];

const required = ([method, field]: readonly [MethodName, string]): boolean => {
  const { [field]: _, ...rest } = GOOD[method] as Readonly<Record<string, unknown>>;
  return !CONTRACT[method].input.safeParse(rest).success;
};

test.each(METHOD_NAMES)("%s takes a good input", async (method) => {
  expect(await serveContract(echo, method, GOOD[method])).toEqual({
    ok: true,
    output: { input: GOOD[method] },
  });
});

describe("bad input is answered with its field", () => {
  test.each(FIELDS)("%s: %s of another type", async (method, field) => {
    for (const wrong of [{ wrong: 1 }, ["wrong"], true, -1.5, "\u0000 \n"]) {
      const reply = await serveContract(echo, method, { ...GOOD[method], [field]: wrong });
      if (reply.ok) {
        // A text can be of any sort, a list of texts holds any text, and a tool's arguments are any object.
        expect(
          typeof wrong === "string" || Array.isArray(goodField(method, field)) || field === "arguments",
        ).toBe(true);
        continue;
      }
      expect(reply.error.code).toBe("bad-input");
      expect(reply.error.field?.split(".")[0]).toBe(field);
      expect(reply.error.message).toContain(`${method}: ${field}`);
    }
  });

  test.each(FIELDS.filter(required))("%s: %s left out", async (method, field) => {
    const { [field]: _, ...rest } = GOOD[method] as Readonly<Record<string, unknown>>;
    const reply = await serveContract(echo, method, rest);
    expect(reply).toMatchObject({ ok: false, error: { code: "bad-input" } });
    if (method !== "cores.test") expect(reply).toMatchObject({ error: { field } });
  });

  test.each(METHOD_NAMES)("%s: a field that it does not have", async (method) => {
    const reply = await serveContract(echo, method, { ...GOOD[method], surplus: 1 });
    expect(reply).toMatchObject({ ok: false, error: { code: "bad-input", field: "surplus" } });
  });

  test.each(METHOD_NAMES)("%s: no object at all", async (method) => {
    for (const wrong of ["text", 5, true, [], [GOOD[method]]]) {
      expect(await serveContract(echo, method, wrong)).toMatchObject({
        ok: false,
        error: { code: "bad-input", message: expect.stringContaining(method) },
      });
    }
  });
});

test("no input is the empty one", async () => {
  expect(await serveContract(echo, "kernel.info", undefined)).toMatchObject({ ok: true });
  expect(await serveContract(echo, "kernel.info", null)).toMatchObject({ ok: true });
  expect(await serveContract(echo, "agents.kill", null)).toMatchObject({ error: { field: "agentId" } });
});

test.each(["", "kernel", "__proto__", "constructor", "toString", "agents.launch "])(
  "%j is no method",
  async (method) => {
    expect(await serveContract(echo, method, {})).toMatchObject({
      ok: false,
      error: { code: "unknown-method" },
    });
  },
);

test("whatever comes, the reply is typed and nothing is thrown", async () => {
  const name = fc.oneof(fc.constantFrom<string>(...METHOD_NAMES), fc.string());
  await fc.assert(
    fc.asyncProperty(name, fc.jsonValue(), async (method, input) => {
      const reply = await serveContract(echo, method, input);
      if (!reply.ok) expect(kernelErrorSchema.safeParse(reply.error).success).toBe(true);
    }),
  );
});

test.each([
  [
    new KernelError("conflict", "taken", { hint: "wait" }),
    { code: "conflict", message: "taken", hint: "wait" },
  ],
  [new Error("broken"), { code: "internal", message: "broken" }],
  ["text", { code: "internal", message: "text" }],
  [Object.create(null), { code: "internal", message: "unknown" }],
  [undefined, { code: "internal", message: "unknown" }],
])("a handler that throws %j is a typed reply", async (thrown, error) => {
  const handlers = {
    ...echo,
    "kernel.info": async () => {
      throw thrown;
    },
  };
  expect(await serveContract(handlers, "kernel.info", {})).toEqual({ ok: false, error });
});
