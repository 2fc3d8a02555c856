import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { addOnEntry } from "../electron/adapters/llama/add-on-folder.ts";
import type { CoreInfo } from "../shared/cores.ts";
import type { EventOf, EventType, KernelEvent } from "../shared/events.ts";
import type { AgentId } from "../shared/ids.ts";
import { type Client, connect, readLog } from "./support/client.ts";
import { makeDataFolder, removeDataFolders, writeManifest } from "./support/data-folder.ts";
import { type Host, startHost } from "./support/host.ts";
import { makeModelFile, removeModelFiles, stateFiles, UNHURRIED } from "./support/local-model.ts";
import { endPrograms, ROOT } from "./support/program.ts";

const KILLS = 4;
/** Half the layers do: an answer still lasts for seconds, and its state is still sooner loaded than made. */
const MODEL = { ...UNHURRIED, layers: 3 };
/** Room for an answer of nearly 400 tokens after TASK. */
const CONTEXT_TOKENS = 768;
const TASK = `Tell me all that you know. ${"Leave nothing out, however small it seems. ".repeat(12)}`;
const OTHER = `Say something else. ${"Go on for as long as you can. ".repeat(12)}`;

let file = "";
/** What an agent says to TASK when nothing happens to it. */
let whole = "";

const teller = {
  name: "teller",
  tools: [],
  instructions: "You tell stories.",
  limits: { steps: 4, tokens: 900, children: 0 },
};

interface Scene {
  readonly dataFolder: string;
  host: Host;
  client: Client;
}

async function begin(kv: { readonly kvRamBytes?: number; readonly slots?: number } = {}): Promise<Scene> {
  const dataFolder = makeDataFolder({ sliceTokens: 16, mode: "run-freely" });
  writeManifest(dataFolder, teller);
  const host = await startHost(dataFolder);
  const client = await connect(host);
  await client.request("models.addLocal", {
    file,
    title: "Unhurried",
    slots: 1,
    contextTokens: CONTEXT_TOKENS,
    threads: 1,
    ...kv,
  });
  return { dataFolder, host, client };
}

async function kill(scene: Scene): Promise<void> {
  await scene.host.kill();
  scene.client.close();
}

async function restart(scene: Scene): Promise<void> {
  scene.host = await startHost(scene.dataFolder);
  scene.client = await connect(scene.host);
}

async function launch(client: Client, task: string): Promise<AgentId> {
  const { model } = await localCore(client);
  return (await client.request("agents.launch", { agent: teller.name, task, model })).agentId;
}

/** Events of an agent of one type in the whole log, unabridged. */
async function eventsOf<T extends EventType>(
  client: Client,
  agentId: AgentId,
  type: T,
): Promise<readonly EventOf<T>[]> {
  const isMeant = (event: KernelEvent): event is EventOf<T> =>
    event.type === type && "agentId" in event && event.agentId === agentId;
  return (await readLog(client)).filter(isMeant);
}

async function answerOf(client: Client, agentId: AgentId): Promise<string> {
  await client.untilEnded(agentId);
  const [ended] = await eventsOf(client, agentId, "agent.ended");
  expect(ended).toMatchObject({ status: "done", error: null });
  return ended?.answer ?? "";
}

/** Waits until it says something that it has not said yet. */
async function untilSaid(client: Client, agentId: AgentId): Promise<void> {
  const known = client.events.length;
  await client.until(
    `words of ${agentId}`,
    (event): event is EventOf<"syscall.output"> =>
      event.type === "syscall.output" && event.agentId === agentId && client.events.indexOf(event) >= known,
  );
}

describe.skipIf(addOnEntry(ROOT) === null)("a program with a model that crashes (needs the add-on)", () => {
  beforeAll(async () => {
    file = makeModelFile(MODEL);
    const scene = await begin();
    whole = await answerOf(scene.client, await launch(scene.client, TASK));
    scene.client.close();
    await scene.host.stop();
  });
  afterEach(endPrograms);
  afterAll(() => {
    removeDataFolders();
    removeModelFiles();
  });

  test(`an answer is the same, to the byte, after ${KILLS} crashes in its middle`, {
    timeout: 120_000,
  }, async () => {
    const scene = await begin();
    const agentId = await launch(scene.client, TASK);
    for (let nth = 0; nth < KILLS; nth += 1) {
      await untilSaid(scene.client, agentId);
      await pause(Math.random() * 300);
      await kill(scene);
      await restart(scene);
    }
    const answer = await answerOf(scene.client, agentId);
    expect(answer).toBe(whole);
    const goneOn = await eventsOf(scene.client, agentId, "syscall.continued");
    expect(goneOn.map(({ continuation }) => continuation.how)).toEqual(Array(KILLS).fill("state"));
    // Each crash came later in the answer than the one before: no time is lost for ever.
    const tokens = goneOn.map(({ continuation }) => continuation.tokens);
    expect(tokens).toEqual(tokens.toSorted((a, b) => a - b));
  });

  test("a state on disk that was damaged is read again, and the answer is the same", {
    timeout: 120_000,
  }, async () => {
    for (const damage of [flipBytes, cutShort]) {
      const scene = await begin({ kvRamBytes: 0 });
      const agentId = await launch(scene.client, TASK);
      const other = await launch(scene.client, OTHER);
      await scene.client.until(
        "a state on disk",
        (event): event is EventOf<"syscall.switched"> =>
          event.type === "syscall.switched" && event.agentId === agentId && event.report.from === "disk",
      );
      await kill(scene);
      const files = stateFiles(scene.dataFolder);
      expect(files).not.toEqual([]);
      for (const path of files) damage(path);
      await restart(scene);
      expect(await answerOf(scene.client, agentId)).toBe(whole);
      await scene.client.untilEnded(other);
      const problems = [agentId, other].map(async (id) =>
        (await eventsOf(scene.client, id, "syscall.switched")).map(({ report }) => report.problem ?? ""),
      );
      expect((await Promise.all(problems)).flat().join()).toMatch(/state file/);
      scene.client.close();
      await scene.host.stop();
    }
  });

  test("a model file that was cut short fails its agents with the reason, and comes back whole", async () => {
    const scene = await begin();
    const agentId = await launch(scene.client, TASK);
    await untilSaid(scene.client, agentId);
    await kill(scene);
    const bytes = readFileSync(file);
    try {
      cutShort(file);
      await restart(scene);
      const ended = await scene.client.untilEnded(agentId);
      expect(ended).toMatchObject({ status: "failed", error: { code: "model-file-unusable" } });
      await expect
        .poll(async () => (await localCore(scene.client)).local?.load)
        .toMatchObject({ status: "failed", error: { code: "model-file-unusable" } });
      expect((await localCore(scene.client)).health).toMatchObject({ status: "failing" });
      // The rest of the program goes on.
      const clerk = await scene.client.request("agents.launch", {
        agent: "maths-tutor",
        task: "what is 6 * 7?",
        model: "offline-planner",
      });
      expect(await scene.client.untilEnded(clerk.agentId)).toMatchObject({ status: "done" });
    } finally {
      writeFileSync(file, bytes);
    }
    const next = await launch(scene.client, TASK);
    expect(await answerOf(scene.client, next)).toBe(whole);
    scene.client.close();
    expect((await scene.host.stop()).code).toBe(0);
  });
});

async function localCore(client: Client): Promise<CoreInfo> {
  const { cores } = await client.request("state.get", {});
  const core = cores.find(({ local }) => local);
  if (!core) throw new Error("There is no model file");
  return core;
}

function flipBytes(path: string): void {
  const bytes = readFileSync(path);
  for (let at = 100; at < bytes.length; at += 997) bytes[at] = ~(bytes[at] ?? 0) & 0xff;
  writeFileSync(path, bytes);
}

function cutShort(path: string): void {
  truncateSync(path, Math.floor(readFileSync(path).length / 2));
}
