import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createFileTree } from "../../electron/adapters/file-tree.ts";
import { createAddOn } from "../../electron/adapters/llama/add-on.ts";
import { openMemoryStore } from "../../electron/adapters/memory-store.ts";
import { createModelFiles } from "../../electron/adapters/model-files.ts";
import { openResultFiles } from "../../electron/adapters/result-files.ts";
import { createSystemClock } from "../../electron/adapters/system-clock.ts";
import { openVersionStore } from "../../electron/adapters/version-store.ts";
import { openWorkerStore } from "../../electron/adapters/worker-store.ts";
import { type Kernel, startKernel } from "../../electron/kernel/kernel.ts";
import type { LlmCore, ServerConnector, Store } from "../../electron/kernel/ports.ts";
import type { CoreInfo } from "../../shared/cores.ts";
import { KernelError } from "../../shared/errors.ts";
import { type AgentId, coreId, seq } from "../../shared/ids.ts";
import { manifestSchema } from "../../shared/manifest.ts";

export type Durability = "durable" | "not-durable";

/** Slots of the core that does nothing: wide enough that the kernel is what is measured. */
export const NO_OP_SLOTS = 64;

const WAITING_MODEL = "waiting";

const NO_OP_INFO: CoreInfo = {
  id: coreId("no-op"),
  title: "A core that answers at once",
  kind: "offline",
  baseUrl: null,
  model: "no-op",
  source: "built-in",
  capabilities: {
    slots: NO_OP_SLOTS,
    contextTokens: null,
    tools: "native",
    jsonSchema: "none",
    embeddings: "none",
    preemption: "none",
    summaries: "none",
    price: null,
  },
  health: { status: "ready" },
};

const BENCH_AGENT = manifestSchema.parse({
  name: "bench",
  title: "Bench",
  description: "An agent that waits",
  instructions: "Wait.",
  tools: [],
  sampleTasks: ["wait"],
});

const noOpCore: LlmCore = {
  info: NO_OP_INFO,
  complete: async () => ({
    type: "finished",
    message: { role: "assistant", content: "done", toolCalls: [] },
    finishReason: "stop",
    usage: { promptTokens: 1, outputTokens: 1, source: "estimated" },
  }),
  close: async () => {},
};

/** Never answers: agents that are asked for by hand stay alive on it, and cost nothing. */
const waitingCore: LlmCore = {
  info: { ...NO_OP_INFO, id: coreId("waiting"), title: "A core that never answers", model: WAITING_MODEL },
  complete: (_, { signal }) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener("abort", () => reject(new KernelError("cancelled", "the benchmark is over")));
    }),
  close: async () => {},
};

const NO_SERVERS: ServerConnector = {
  connect: async () => {
    throw new Error("no server is reached here");
  },
  digest: (text) => text,
  validate: () => null,
};

/** A store that keeps nothing: the kernel without its disk. */
function forgetfulStore(): Store {
  let last = 0;
  return {
    append(events) {
      last = events.at(-1)?.seq ?? last;
    },
    read: () => [],
    readSyscall: () => [],
    lastSeq: () => seq(last),
    saveCheckpoint() {},
    loadCheckpoint: () => null,
    readAudit: () => ({ rows: [], more: "no" }),
    verifyAudit: () => ({ type: "intact", rows: 0, lastSeq: null }),
    close() {},
  };
}

/** Agents that live until the kernel stops: calls are made in their names. */
export async function launchAgents(kernel: Kernel, count: number): Promise<readonly AgentId[]> {
  const launched = Array.from({ length: count }, () =>
    kernel.handlers["agents.launch"]({ agent: "bench", task: "wait", model: WAITING_MODEL }),
  );
  return (await Promise.all(launched)).map(({ agentId }) => agentId);
}

/** A real kernel over a core that does nothing. `close` removes what it wrote. */
export async function openBenchKernel(
  durability: Durability,
  servers: ServerConnector = NO_SERVERS,
): Promise<{ readonly kernel: Kernel; close(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), "aios-bench-"));
  const workspace = join(folder, "workspace");
  mkdirSync(workspace);
  const kernel = await startKernel({
    info: {
      version: "0.0.0",
      host: "headless",
      dataFolder: folder,
      workspaceFolder: workspace,
      agentsFolder: folder,
      pid: process.pid,
    },
    clock: createSystemClock(),
    random: Math.random,
    store: durability === "durable" ? await openWorkerStore(join(folder, "events.db")) : forgetfulStore(),
    memory: await openMemoryStore(join(folder, "memory.db")),
    files: createFileTree(workspace),
    versions: await openVersionStore(join(folder, "versions.db"), join(folder, "versions")),
    watcher: { watch: async () => {}, close: async () => {} },
    results: openResultFiles(join(folder, "results")),
    secrets: { get: async () => null, set: async () => {}, delete: async () => {} },
    config: { load: async () => null, save: async () => {} },
    manifests: { load: async () => ({ manifests: [BENCH_AGENT], problems: [] }) },
    cores: {
      builtIn: () => [noOpCore, waitingCore],
      open: () => noOpCore,
      openLocal: () => noOpCore,
      discover: async () => [],
      test: async () => ({ ok: true, models: [], latencyMs: 0 }),
    },
    servers,
    tools: [],
    models: createModelFiles(join(folder, "models")),
    addOn: createAddOn({ programFolder: folder }),
    person: () => "absent",
  });
  return {
    kernel,
    async close() {
      await kernel.stop("the benchmark is over");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
