import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type EventOf, type KernelEvent, slim } from "../shared/events.ts";
import type { AgentId, Seq } from "../shared/ids.ts";
import { type MisbehavingServer, startMisbehavingServer } from "./misbehaving-server.ts";
import { boughtTwice } from "./support/bought.ts";
import { type Client, connect } from "./support/client.ts";
import { makeDataFolder, removeDataFolders } from "./support/data-folder.ts";
import { type Host, startHost } from "./support/host.ts";
import { endPrograms } from "./support/program.ts";

const CRASHES = 20;
/** From the moment the agents are launched, a crash comes within this time, in ms. */
const LIFE_MS = 900;

let server: MisbehavingServer;
let dataFolder = "";
/** What a client was told before a crash, by its place in the log. */
const seen = new Map<Seq, KernelEvent>();
const launched: { readonly agentId: AgentId; readonly answer: RegExp }[] = [];

beforeAll(async () => {
  server = await startMisbehavingServer({ pieceDelayMs: 25 });
  dataFolder = makeDataFolder({ offlineTokensPerSecond: 60 });
});
afterAll(async () => {
  await endPrograms();
  await server.close();
  removeDataFolders();
});

/** One agent of each sort: a streamed answer, one with a tool call, and a file written by the offline core. */
async function launchRound(client: Client, round: number): Promise<void> {
  const calculation = { agent: "maths-tutor", task: `what is 6 * 7? Round ${round}` };
  const inputs = [
    { input: { ...calculation, task: `${calculation.task}, streamed`, model: "good" }, answer: /42/ },
    { input: { ...calculation, task: `${calculation.task}, with a tool`, model: "tools" }, answer: /^42$/ },
    {
      input: {
        agent: "file-clerk",
        task: `create a file round-${round}.txt saying Hello`,
        model: "offline-planner",
        mode: "run-freely" as const,
      },
      answer: new RegExp(`round-${round}\\.txt`),
    },
  ];
  for (const { input, answer } of inputs) {
    const { agentId } = await client.request("agents.launch", input);
    launched.push({ agentId, answer });
  }
}

/** Every event that a client has seen stands in the log as it was seen. */
function expectNothingLost(log: readonly KernelEvent[]): void {
  expect(log.map(({ seq }) => seq)).toEqual(log.map((_, index) => index + 1));
  for (const [seq, event] of seen) {
    const logged = log[seq - 1];
    if (logged && isDeepStrictEqual(slim(logged), event)) continue;
    expect(logged, `event ${seq} was seen and is gone`).toEqual(event);
  }
}

const started = (log: readonly KernelEvent[]): Seq =>
  log.findLast((event) => event.type === "kernel.started")?.seq ?? (0 as Seq);

test(`${CRASHES} crashes lose nothing that was seen, and buy no answer twice`, {
  timeout: 180_000,
}, async () => {
  let host: Host = await startHost(dataFolder);
  let client = await connect(host);
  for (const model of ["good", "tools"]) {
    await client.request("cores.add", { baseUrl: server.baseUrl, model, slots: 4 });
  }
  const asking = await client.request("agents.launch", {
    agent: "file-clerk",
    task: "create a file asked.txt saying Hello",
    model: "offline-planner",
    mode: "ask",
  });
  const { approval } = await client.until(
    "a request",
    (event): event is EventOf<"approval.requested"> => event.type === "approval.requested",
  );

  for (let round = 1; round <= CRASHES; round += 1) {
    await launchRound(client, round);
    await pause((LIFE_MS * (round - 1 + Math.random())) / CRASHES);
    await host.kill();
    for (const event of client.events) seen.set(event.seq, event);
    client.close();

    const asked = server.completions.length;
    host = await startHost(dataFolder);
    client = await connect(host);
    const log = client.events.slice();
    expectNothingLost(log);
    for (const { agentId } of launched) {
      expect(log.some((event) => event.type === "agent.created" && event.agentId === agentId)).toBe(true);
    }
    const { approvals } = await client.request("state.get", {});
    expect(approvals.map(({ id }) => id)).toEqual([approval.id]);
    const before = log.filter(({ seq }) => seq < started(log));
    expect(boughtTwice(before, server.completions.slice(asked))).toEqual([]);
  }

  await client.request("approvals.answer", { approvalId: approval.id, answer: { type: "once" } });
  expect(await client.untilEnded(asking.agentId)).toMatchObject({ status: "done" });
  expect(readFileSync(join(dataFolder, "workspace", "asked.txt"), "utf8")).toBe("Hello\n");
  for (const { agentId, answer } of launched) {
    expect(await client.untilEnded(agentId)).toMatchObject({
      status: "done",
      answer: expect.stringMatching(answer),
    });
  }
  // The check is not blind: over all requests it does find those that crashes cut off and that were made again.
  expect(boughtTwice(client.events, server.completions)).not.toEqual([]);
  client.close();
  expect((await host.stop()).code).toBe(0);
});
