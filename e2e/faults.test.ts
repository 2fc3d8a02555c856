import { statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ErrorCode } from "../shared/errors.ts";
import type { EventOf } from "../shared/events.ts";
import type { AgentId } from "../shared/ids.ts";
import { type BehaviourName, type MisbehavingServer, startMisbehavingServer } from "./misbehaving-server.ts";
import { type Client, connect } from "./support/client.ts";
import { makeDataFolder, removeDataFolders, writeInto } from "./support/data-folder.ts";
import { type Host, startHost } from "./support/host.ts";
import { filesHolding } from "./support/key-search.ts";
import { endPrograms } from "./support/program.ts";
import { type JsonRun, runJson } from "./support/run-result.ts";

/** Each server repeats the key in every error, as careless ones do. */
const ADDED_KEY = "sk-added-5f3b9c0d7e1a2468";
const ENVIRONMENT_KEY = "sk-environment-91c7e5a3b0d24f68";
const TASK = "what is 6 * 7?";

/** How an agent ends whose model behaves like this: with a right answer, or with this error. */
const ENDINGS = [
  ["good", { answer: "The answer is 42." }],
  ["tools", { answer: "42" }],
  ["whole-json", { answer: "The answer is 42." }],
  ["no-stream-options", { answer: "The answer is 42." }],
  ["sloppy-tool-json", { answer: "42" }],
  ["bad-tool-json-then-good", { answer: "42" }],
  ["unauthorised", { code: "model-unauthorised" }],
  ["forbidden", { code: "model-unauthorised" }],
  ["missing", { code: "model-not-found" }],
  ["rate-limited", { code: "model-rate-limited" }],
  ["no-quota", { code: "model-rate-limited" }],
  ["server-error", { code: "model-server-error" }],
  ["too-long", { code: "context-too-long" }],
  ["bad-request", { code: "model-bad-request" }],
  ["drop-early", { code: "model-stream-dropped" }],
  ["drop", { code: "model-stream-dropped" }],
  ["cut-off", { code: "model-stream-dropped" }],
  ["html", { code: "model-stream-malformed" }],
  ["plain-text", { code: "model-stream-malformed" }],
  ["bad-json", { code: "model-stream-malformed" }],
  ["error-in-stream", { code: "model-rate-limited" }],
  ["unknown-error-in-stream", { code: "model-stream-malformed" }],
  ["endless", { code: "model-stream-malformed" }],
  ["bad-tool-json", { code: "model-tool-call-malformed" }],
] as const satisfies readonly (readonly [
  BehaviourName,
  { readonly answer: string } | { readonly code: ErrorCode },
])[];

let server: MisbehavingServer;
let hosted: MisbehavingServer;
let host: Host;
let client: Client;
const agents = new Map<string, AgentId>();
/** These say nothing more; each has a program of its own, which runs beside the others. */
const SILENT = ["hang", "stall"] as const;
const limited = new Map<string, Promise<JsonRun>>();

async function launch(model: string): Promise<void> {
  const { agentId } = await client.request("agents.launch", { agent: "maths-tutor", task: TASK, model });
  agents.set(model, agentId);
}

async function addAndLaunch(baseUrl: string, model: string): Promise<void> {
  await client.request("cores.add", { baseUrl, model, apiKey: ADDED_KEY });
  await launch(model);
}

function endingOf(model: string): Promise<EventOf<"agent.ended">> {
  const agentId = agents.get(model);
  if (!agentId) throw new Error(`No agent runs on ${model}`);
  return client.untilEnded(agentId);
}

/** The limits are minutes: this program's clock is made to run faster, and the server's is not. */
function runToLimits(behaviour: (typeof SILENT)[number]): Promise<JsonRun> {
  const data = makeDataFolder();
  const core = {
    id: `added/${behaviour}`,
    title: behaviour,
    baseUrl: server.baseUrl,
    model: behaviour,
    source: "added",
    slots: 1,
    contextTokens: null,
  } as const;
  writeInto(data, "config.json", JSON.stringify({ settings: {}, cores: [core] }));
  const fast = { preload: join(import.meta.dirname, "support", "fast-clock.ts") };
  const run = runJson(data, "maths-tutor", TASK, ["--model", behaviour], fast);
  // One that fails before its test has begun fails there.
  run.catch(() => {});
  return run;
}

beforeAll(async () => {
  server = await startMisbehavingServer({ retryAfterSeconds: 1 });
  hosted = await startMisbehavingServer({ listBehaviours: "none", models: ["hosted/unauthorised"] });
  host = await startHost(makeDataFolder(), {
    environment: { OPENAI_API_KEY: ENVIRONMENT_KEY, OPENAI_BASE_URL: hosted.baseUrl },
  });
  client = await connect(host);
  for (const [behaviour] of ENDINGS) await addAndLaunch(server.baseUrl, behaviour);
  for (const behaviour of SILENT) limited.set(behaviour, runToLimits(behaviour));
});

afterAll(async () => {
  client.close();
  await endPrograms();
  await Promise.all([server.close(), hosted.close()]);
  removeDataFolders();
});

describe("an agent whose model server misbehaves", () => {
  test.each(ENDINGS)("%s", { timeout: 60_000 }, async (behaviour, expected) => {
    const { status, answer, error } = await endingOf(behaviour);
    if ("answer" in expected) {
      expect({ status, answer, error }).toEqual({ status: "done", answer: expected.answer, error: null });
      return;
    }
    expect(status).toBe("failed");
    expect(error?.code).toBe(expected.code);
    expect(error?.message).toContain(server.address);
  });

  test("a server that is gone", async () => {
    const gone = await startMisbehavingServer();
    await gone.close();
    await addAndLaunch(gone.baseUrl, "gone");
    const { status, error } = await endingOf("gone");
    expect(status).toBe("failed");
    expect(error?.code).toBe("model-refused-connection");
    expect(error?.message).toContain(gone.address);
  });

  test("a key from the environment that is refused", async () => {
    await launch("hosted/unauthorised");
    const { status, error } = await endingOf("hosted/unauthorised");
    expect(status).toBe("failed");
    expect(error?.code).toBe("model-unauthorised");
    expect(error?.message).toContain(hosted.address);
  });

  test.each(SILENT)("%s ends by the time limits", async (behaviour) => {
    const run = await limited.get(behaviour);
    expect({ code: run?.code, status: run?.result.status }).toEqual({ code: 1, status: "failed" });
    expect(run?.result.error?.code).toBe("model-timed-out");
    expect(run?.result.error?.message).toContain(server.address);
    expect(run?.result.turnaroundMs).toBeLessThan(300_000);
  });

  test("a hung call ends at once when its agent is killed", async () => {
    await addAndLaunch(server.baseUrl, "hang");
    const agentId = agents.get("hang");
    if (!agentId) throw new Error("It was not launched");
    await client.until(
      "the hung call",
      (event): event is EventOf<"syscall.running"> =>
        event.type === "syscall.running" && event.agentId === agentId,
    );
    await client.request("agents.kill", { agentId });
    expect((await endingOf("hang")).status).toBe("cancelled");
  });

  test("the offline core beside them was not touched by any of it", async () => {
    const model = "offline-planner";
    await launch(model);
    expect(await endingOf(model)).toMatchObject({ status: "done", answer: "6 * 7 = 42" });
  });
});

test("a fan-out that is rate-limited waits in the queue and every agent ends done", async () => {
  const crowded = await startMisbehavingServer({
    script: ["good", "rate-limited", "rate-limited", "good", "rate-limited", "good", "rate-limited"],
    retryAfterSeconds: 1,
  });
  const model = "crowded";
  await client.request("cores.add", { baseUrl: crowded.baseUrl, model, slots: 4 });
  const launched = await Promise.all(
    Array.from({ length: 12 }, () =>
      client.request("agents.launch", { agent: "maths-tutor", task: TASK, model }),
    ),
  );
  const endings = await Promise.all(launched.map(({ agentId }) => client.untilEnded(agentId)));
  expect(endings.map(({ status, answer }) => `${status}: ${answer}`)).toEqual(
    Array.from({ length: 12 }, () => "done: The answer is 42."),
  );
  // Four were refused, and nothing but those was asked twice.
  expect(crowded.completions).toHaveLength(16);
  const waited = client.events.filter(
    (event) => event.type === "syscall.suspended" && event.reason.type === "rate-limited",
  );
  expect(waited.length).toBeGreaterThanOrEqual(4);
  await crowded.close();
});

test("no key stands in an event, a frame, a printed line or a file but that of the keys", async () => {
  for (const [model, agentId] of agents) {
    await endingOf(model);
    const { items } = await client.request("agents.detail", { agentId });
    for (const item of items) {
      if (item.kind !== "syscall" || item.syscall.call.kind !== "llm") continue;
      await client.request("syscalls.prompt", { syscallId: item.syscall.id });
    }
  }
  await client.request("state.get", {});
  for (const [behaviour] of ENDINGS) {
    const core = { baseUrl: server.baseUrl, model: behaviour, apiKey: ADDED_KEY };
    if (behaviour === "unauthorised" || behaviour === "html") await client.request("cores.test", core);
  }
  const frames = client.frames.join("\n");
  client.close();
  const { code, stdout, stderr } = await host.stop();
  expect(code).toBe(0);
  for (const key of [ADDED_KEY, ENVIRONMENT_KEY]) {
    for (const text of [frames, stdout, stderr]) expect(text).not.toContain(key);
  }
  expect(filesHolding(host.dataFolder, ADDED_KEY)).toEqual(["secrets.json"]);
  expect(filesHolding(host.dataFolder, ENVIRONMENT_KEY)).toEqual([]);
  expect(statSync(join(host.dataFolder, "secrets.json")).mode & 0o777).toBe(0o600);
});
