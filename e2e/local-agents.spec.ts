import type { Locator, Page } from "@playwright/test";
import type { EventOf } from "../shared/events.ts";
import type { AgentId, Seq } from "../shared/ids.ts";
import { startMisbehavingServer } from "./misbehaving-server.ts";
import type { Client } from "./support/client.ts";
import { chooseSnapshot, contextPane, openContext, snapshotList } from "./support/context.ts";
import { test as base, expect, open, rowOf } from "./support/dashboard.ts";
import { writeManifest } from "./support/data-folder.ts";
import { makeModelFile, removeModelFiles, UNHURRIED } from "./support/local-model.ts";
import { look } from "./support/look.ts";

const SLICE = 16;
/** For what a model must write first, on a machine that has other work too, in ms. */
const WRITING_MS = 60_000;
const KV_BYTES_PER_TOKEN = 768;
const TITLE = "Unhurried";
const MODEL = { ...UNHURRIED, contextTokens: 4_096 };

const test = base.extend<{ readonly model: string }>({
  model: async ({ host, client }, use) => {
    // The longer ones are at work for as long as there is something to look at; the shorter ones are waited for.
    for (const [name, tokens] of [
      ["teller", 1_000],
      ["short-teller", 450],
    ] as const) {
      writeManifest(host.dataFolder, {
        name,
        title: "Teller",
        tools: [],
        instructions: "You tell stories, and leave nothing out.",
        limits: { steps: 4, tokens, children: 0 },
      });
    }
    const { model } = await client.request("models.addLocal", {
      file: makeModelFile(MODEL),
      title: TITLE,
      slots: 2,
      contextTokens: 2_048,
      // The browser needs the other core: threads that wait for each other on busy cores are ten times as slow.
      threads: 1,
      // Room for the states of three of the six.
      kvRamBytes: 3 * 2_048 * KV_BYTES_PER_TOKEN,
    });
    await use(model);
    removeModelFiles();
  },
});

test.use({ settings: { sliceTokens: SLICE, policy: "round-robin", mode: "run-freely" } });

async function launch(
  client: Client,
  model: string,
  tasks: readonly string[],
  agent: "teller" | "short-teller",
): Promise<readonly AgentId[]> {
  const ids: AgentId[] = [];
  for (const name of tasks) {
    const task = `Tell me story number ${name}. ${"Take all the time that you need, and go on. ".repeat(8)}`;
    ids.push((await client.request("agents.launch", { agent, task, model })).agentId);
  }
  return ids;
}

const switches = (client: Client, agentId: AgentId): readonly EventOf<"syscall.switched">[] =>
  client.events.filter(
    (event): event is EventOf<"syscall.switched"> =>
      event.type === "syscall.switched" && event.agentId === agentId,
  );

/** Tokens that the answer begins with after `from`, and those that were streamed on top of them. */
const tokensSince = (client: Client, agentId: AgentId, from: number): number =>
  client.events.reduce((sum, event) => {
    if (event.seq <= from || !("agentId" in event) || event.agentId !== agentId) return sum;
    if (event.type === "syscall.continued") return sum + event.continuation.tokens;
    return event.type === "syscall.output" ? sum + event.tokens : sum;
  }, 0);

/** Output tokens of its only call, as the model counted them. */
function usedTokens(client: Client, agentId: AgentId): number {
  const done = client.events.find((event) => event.type === "syscall.done" && event.agentId === agentId);
  return done?.type === "syscall.done" && done.result.kind === "llm" ? done.result.usage.outputTokens : 0;
}

const article = (page: Page): Locator => page.getByRole("article", { name: TITLE, exact: true });

test("six agents share two slots, and what each switch cost is seen wherever one looks", async ({
  dashboard,
  client,
  model,
}) => {
  test.slow();
  const agents = await launch(client, model, ["1", "2", "3", "4", "5", "6"], "teller");
  const [first] = agents;
  if (!first) throw new Error("Nobody was launched");
  await expect(dashboard.getByRole("region", { name: "Cores" })).toContainText("2 of 4 slots busy");
  for (const agentId of agents) {
    await expect
      .poll(() => switches(client, agentId).length, { message: agentId, timeout: WRITING_MS })
      .toBeGreaterThan(2);
  }
  await expect(rowOf(dashboard, first)).toContainText(/Running|Ready/);
  await expect(rowOf(dashboard, first).getByTitle(/of 2,048 tokens$/)).toBeVisible();
  await look(dashboard, "local-agents-overview");

  await openContext(dashboard, first);
  const window = dashboard.getByRole("region", { name: "Window" });
  await expect(window).toContainText("the model's own tokenizer");
  await expect(window).toContainText("of 2,048 tokens");
  await expect(window).toContainText(/Model state(in RAM|on disk), [\d,]+ tokens, [\d.]+ [KM]iB/);
  await expect(dashboard.getByRole("complementary", { name: "Facts" })).toContainText(/[1-9]\d* ?% of 2,048/);
  const slices = snapshotList(dashboard).getByRole("option").filter({ hasText: "Slice ended" });
  await expect(slices.first()).toContainText("tok unfinished");
  await expect(contextPane(dashboard)).toContainText("Not finished");
  await look(dashboard, "local-agents-context");

  await dashboard.getByRole("tab", { name: "Syscalls" }).click();
  const table = dashboard.getByRole("table", { name: "Syscalls" });
  await expect(table).toContainText(/random #[01]/);
  await table.getByRole("button").first().click();
  const details = dashboard.getByRole("region", { name: /^Details of s/ });
  const reports = details.getByRole("listitem");
  await expect(reports.filter({ hasText: "Prompt read from its beginning" }).first()).toContainText(
    /Taken over\s*0\s*tok\s*Read\s*[1-9]\d+\s*tok/,
  );
  // Three states fit in memory: the others come from the disk, and somebody makes room.
  const loaded = reports.filter({ hasText: "Loaded from disk" }).first();
  await expect(loaded).toContainText(/Taken over\s*[1-9]\d+\s*tok/);
  await expect(loaded).toContainText(/Restored\s*[1-9]\d*\s*KiB/);
  await expect(loaded).toContainText(/Made room: a[1-6] was (saved to disk|dropped)/);
  await loaded.scrollIntoViewIfNeeded();
  await look(dashboard, "local-agents-switches");

  await open(dashboard, "Models");
  const card = article(dashboard);
  await expect(card.getByRole("button", { name: `Unload ${TITLE}` })).toBeDisabled();
  const { cores } = await client.request("state.get", {});
  const local = cores.find((core) => core.local);
  if (!local) throw new Error("There is no model file");
  await expect(client.request("cores.unload", { coreId: local.id })).rejects.toThrow(/Calls run on/);
  await expect(
    card.getByRole("img", { name: /^Key-value state in memory: [\d.]+ [KM]iB of 4\.5 MiB/ }),
  ).toBeVisible();
  await expect(card.getByRole("img", { name: /^Key-value state on disk: [\d.]+ [KM]iB/ })).toBeVisible();
  await expect(card).toContainText("3 agents");
  await look(dashboard, "local-agents-card");

  await card.getByRole("button", { name: /^Change the key-value memory/ }).click();
  await card.getByLabel("In memory", { exact: true }).fill("64");
  await look(dashboard, "local-agents-budget");
  await card.getByRole("button", { name: "Save" }).click();
  await expect(card).toContainText("of 64 MiB");
  // Two have the slots to themselves from here on: what the others would still say takes a minute and shows nothing new.
  for (const agentId of agents.slice(2)) await client.request("agents.kill", { agentId });
  for (const agentId of agents.slice(0, 2)) {
    expect(await client.untilEnded(agentId)).toMatchObject({ status: "done" });
  }
  for (const agentId of agents.slice(2)) await client.untilEnded(agentId);
  await card.getByRole("button", { name: `Unload ${TITLE}` }).click();
  await expect(card).toContainText("Not loaded");
  await look(dashboard, "local-agents-unloaded");
});

test("an answer is forked in its middle, and another is rewound and comes out the same", async ({
  dashboard,
  client,
  model,
}) => {
  test.slow();
  const [first, second] = await launch(client, model, ["0", "0"], "short-teller");
  if (!first || !second) throw new Error("Nobody was launched");
  const third = await launch(client, model, ["1"], "short-teller");
  await openContext(dashboard, first);
  const slices = snapshotList(dashboard).getByRole("option").filter({ hasText: "Slice ended" });
  await expect.poll(() => slices.count(), { timeout: WRITING_MS }).toBeGreaterThan(3);
  await chooseSnapshot(dashboard, slices.last(), "Fork");
  const fork = dashboard.getByRole("dialog", { name: /^Fork a1 at n/ });
  await fork.getByRole("button", { name: "Fork" }).click();
  await expect(dashboard.getByRole("heading", { level: 1 })).toContainText("a4");
  const forked = "a4" as AgentId;
  await expect.poll(() => switches(client, forked).length, { timeout: WRITING_MS }).toBeGreaterThan(0);
  const forkedFrom = switches(client, forked)[0]?.report;
  await openContext(dashboard, forked);
  await expect(contextPane(dashboard)).toContainText("Not finished");
  await look(dashboard, "local-agents-forked");

  await openContext(dashboard, second);
  await expect.poll(() => slices.count(), { timeout: WRITING_MS }).toBeGreaterThan(4);
  await chooseSnapshot(dashboard, slices.last(), "Rewind");
  const rewind = dashboard.getByRole("dialog", { name: /^Rewind a2 to n/ });
  await look(dashboard, "local-agents-rewind");
  const before = switches(client, second).length;
  await rewind.getByRole("button", { name: "Rewind" }).click();
  await expect(rewind).toHaveCount(0);
  await expect.poll(() => switches(client, second).length, { timeout: WRITING_MS }).toBeGreaterThan(before);
  await look(dashboard, "local-agents-rewound");
  const rewound = client.events.find((event) => event.type === "context.rewound")?.seq ?? 0;
  const rewoundTo = switches(client, second).find(({ seq }) => seq > rewound)?.report;
  expect(forkedFrom?.prefilledTokens).toBeLessThan(4);
  expect(rewoundTo?.prefilledTokens).toBeLessThan(4);

  // It was there to make the others wait for their turns.
  for (const agentId of third) await client.request("agents.kill", { agentId });
  for (const agentId of [first, second, forked]) await client.untilEnded(agentId);
  // What is said of the course that was left does not count for the one that it took.
  const counted = tokensSince(client, second, rewound);
  // The words of the last slice come with the result alone, and tokens that show no text where it was rewound to are
  // in neither count.
  expect(counted).toBeGreaterThan(usedTokens(client, first) - 2 * SLICE);
  expect(counted).toBeLessThanOrEqual(usedTokens(client, first));
  const answers = await Promise.all(
    [first, second, forked].map(async (agentId) => {
      const { events } = await client.request("events.read", { from: 0 as Seq, agentId, limit: 1_000 });
      const ended = events.find((event) => event.type === "agent.ended");
      return ended?.type === "agent.ended" ? ended.answer : null;
    }),
  );
  expect(answers[0]).toBeTruthy();
  expect(answers[1]).toBe(answers[0]);
  expect(answers[2]).toBe(answers[0]);
});

test("a server that drops the beginning of a prompt is named on the agent and on its card", async ({
  dashboard,
  client,
}) => {
  const server = await startMisbehavingServer();
  await client.request("cores.add", {
    title: "Short of breath",
    baseUrl: server.baseUrl,
    model: "truncating",
  });
  const { agentId } = await client.request("agents.launch", {
    agent: "maths-tutor",
    task: `Sum these up: ${Array.from({ length: 2_000 }, (_, nth) => `item ${nth}`).join(", ")}`.slice(
      0,
      19_000,
    ),
    model: "truncating",
  });
  await client.untilEnded(agentId);
  await openContext(dashboard, agentId);
  await expect(dashboard.getByRole("region", { name: "Window" }).getByRole("note")).toContainText(
    /Short of breath says that it read 512 of about [\d,]+ tokens: it drops the beginning/,
  );
  await look(dashboard, "local-agents-truncated-agent");
  await open(dashboard, "Models");
  await expect(dashboard.getByRole("note", { name: "Prompt cut by Short of breath" })).toContainText(
    "512 tokens were read of",
  );
  await look(dashboard, "local-agents-truncated-card");
  await server.close();
});
