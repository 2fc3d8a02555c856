import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BootedKernel, bootKernel } from "../../electron/boot.ts";
import { eventAgent, type KernelEvent } from "../../shared/events.ts";
import { type AgentId, seq } from "../../shared/ids.ts";
import type { PolicyName } from "../../shared/settings.ts";

export const AGENTS = 16;
const SLICE_TOKENS = 64;
/** Of the agents every fourth has a long task. Tokens of the whole run, prompt and answer. */
const LONG_TOKENS = 1_000;
const SHORT_TOKENS = 100;
/** Sequences that fit into memory: fewer than agents, so that states have to go to disk and back. */
const SEQUENCES = 6;

export interface PolicyRun {
  readonly policy: PolicyName;
  readonly ended: number;
  readonly p99Slowdown: number;
  readonly meanSlowdown: number;
  readonly switches: number;
  /** Bringing states back, putting them away and reading again what was dropped, as a share of busy time. */
  readonly switchShare: number;
  readonly busyMs: number;
}

/** A mix of long and short tasks over two slots of one local model, through a whole kernel with its log on disk. */
export async function measurePolicy(policy: PolicyName, modelFile: string): Promise<PolicyRun> {
  const folder = mkdtempSync(join(tmpdir(), "aios-policies-"));
  const agents = join(folder, "agents");
  mkdirSync(agents, { recursive: true });
  for (const [name, tokens] of [
    ["long", LONG_TOKENS],
    ["short", SHORT_TOKENS],
  ] as const) {
    writeFileSync(join(agents, `${name}-task.json`), JSON.stringify(manifest(`${name}-task`, tokens)));
  }
  const none = { ollama: null, "lm-studio": null, "llama-server": null, vllm: null };
  const kernel = await bootKernel({ host: "headless", dataFolder: folder, discoveryPorts: none });
  try {
    return await run(kernel, policy, modelFile);
  } finally {
    await kernel.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function run({ handlers, feed }: BootedKernel, policy: PolicyName, file: string): Promise<PolicyRun> {
  const facts = await handlers["models.inspect"]({ file });
  const contextTokens = 1_024;
  await handlers["settings.update"]({ policy, sliceTokens: SLICE_TOKENS });
  const core = await handlers["models.addLocal"]({
    file,
    title: "",
    slots: 2,
    contextTokens,
    kvRamBytes: SEQUENCES * contextTokens * facts.kvBytesPerToken,
    kvDiskBytes: 2_000_000_000,
    threads: 1,
  });
  await handlers["cores.load"]({ coreId: core.id });
  const alone = await timesAlone(handlers, feed, core.model);
  const from = feed.state().seq;
  const launched: AgentId[] = [];
  for (let index = 0; index < AGENTS; index += 1) {
    // Every fourth is long, the first among them: short ones come behind it.
    const agent = index % 4 === 0 ? "long-task" : "short-task";
    const { agentId } = await handlers["agents.launch"]({ agent, task: `Task ${index}`, model: core.model });
    launched.push(agentId);
  }
  await ended(feed, launched);
  const { events } = await everything(handlers, from);
  return { policy, ...figures(events, launched, alone) };
}

/** How long each kind of task takes alone, in ms. */
async function timesAlone(
  handlers: BootedKernel["handlers"],
  feed: BootedKernel["feed"],
  model: string,
): Promise<Readonly<Record<string, number>>> {
  const alone: Record<string, number> = {};
  for (const agent of ["long-task", "short-task"]) {
    const { agentId } = await handlers["agents.launch"]({ agent, task: "Task alone", model });
    await ended(feed, [agentId]);
    const view = feed.state().agents.get(agentId);
    alone[agent] = (view?.endedAt ?? 0) - (view?.createdAt ?? 0);
  }
  return alone;
}

function figures(
  events: readonly KernelEvent[],
  launched: readonly AgentId[],
  alone: Readonly<Record<string, number>>,
) {
  const slowdowns: number[] = [];
  let switches = 0;
  let switchMs = 0;
  let busyMs = 0;
  for (const id of launched) {
    const own = events.filter((event) => eventAgent(event) === id);
    const created = own.find((event) => event.type === "agent.created");
    const end = own.find((event) => event.type === "agent.ended");
    if (created?.type !== "agent.created" || !end) continue;
    slowdowns.push((end.at - created.at) / (alone[created.spec.manifest.name] ?? Number.NaN));
    let first: "first" | "later" = "first";
    for (const event of own) {
      if (event.type === "syscall.done") busyMs += event.times.serviceMs;
      if (event.type === "syscall.suspended") switches += 1;
      if (event.type !== "syscall.switched") continue;
      const { restoreMs, prefillMs, evicted } = event.report;
      // The first reading of a prompt is work; reading it again is the price of a switch.
      switchMs += restoreMs + (evicted?.ms ?? 0) + (first === "later" ? prefillMs : 0);
      first = "later";
    }
  }
  const sorted = slowdowns.toSorted((a, b) => a - b);
  return {
    ended: slowdowns.length,
    p99Slowdown: sorted[Math.ceil(sorted.length * 0.99) - 1] ?? Number.NaN,
    meanSlowdown: sorted.reduce((sum, each) => sum + each, 0) / sorted.length,
    switches,
    switchShare: switchMs / busyMs,
    busyMs,
  };
}

function ended(feed: BootedKernel["feed"], ids: readonly AgentId[]): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      const { agents } = feed.state();
      if (ids.some((id) => (agents.get(id)?.ending ?? null) === null)) return;
      stop();
      resolve();
    };
    const stop = feed.onCommit(look);
    look();
  });
}

async function everything(
  handlers: BootedKernel["handlers"],
  from: number,
): Promise<{ events: KernelEvent[] }> {
  const events: KernelEvent[] = [];
  for (let at = from; ; ) {
    const page = await handlers["events.read"]({ from: seq(at), limit: 1_000, agentId: null });
    events.push(...page.events);
    const last = page.events.at(-1);
    if (!last || page.events.length < 1_000) return { events };
    at = last.seq;
  }
}

const manifest = (name: string, tokens: number) => ({
  name,
  title: name,
  description: "Writes until its tokens are used.",
  instructions: "Write.",
  tools: [],
  limits: { steps: 1, tokens },
  sampleTasks: ["Write."],
});
