import { once } from "node:events";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { createCalculator } from "../../electron/adapters/calculator.ts";
import { createFetchPage } from "../../electron/adapters/fetch-page.ts";
import { createFileTree } from "../../electron/adapters/file-tree.ts";
import { createAddOn } from "../../electron/adapters/llama/add-on.ts";
import { createManifestFolders } from "../../electron/adapters/manifest-folder.ts";
import { createServerConnector } from "../../electron/adapters/mcp-client.ts";
import { openMemoryStore } from "../../electron/adapters/memory-store.ts";
import { createModelFiles } from "../../electron/adapters/model-files.ts";
import { openProcessLedger } from "../../electron/adapters/process-ledger.ts";
import { openResultFiles } from "../../electron/adapters/result-files.ts";
import { createSandbox } from "../../electron/adapters/sandbox.ts";
import { openShellParser } from "../../electron/adapters/shell-parser.ts";
import { createShellTools } from "../../electron/adapters/shell-tools.ts";
import { openSqliteStore } from "../../electron/adapters/sqlite-store.ts";
import { createSystemClock } from "../../electron/adapters/system-clock.ts";
import { openVersionStore } from "../../electron/adapters/version-store.ts";
import { outsideAmong } from "../../electron/kernel/access/outside-files.ts";
import { guardPath } from "../../electron/kernel/access/path-guard.ts";
import { sensitivity } from "../../electron/kernel/access/sensitive-paths.ts";
import { shellEffects } from "../../electron/kernel/access/shell/shell-effects.ts";
import { type Kernel, startKernel } from "../../electron/kernel/kernel.ts";
import { requestCards } from "../../renderer/screens/inbox/items.ts";
import type { KernelEvent } from "../../shared/events.ts";
import { type AgentId, seq, serverName } from "../../shared/ids.ts";
import { ALIKE_MS } from "../../shared/limits.ts";
import { manifestSchema } from "../../shared/manifest.ts";
import type { Approval } from "../../shared/permission.ts";
import { type ServerTransport, serverOptionsSchema } from "../../shared/servers.ts";
import { scriptedCore } from "./scripted-core.ts";
import { FILES, OWN_MANIFESTS, type Work } from "./work.ts";

/** What a day of ordinary work came to. */
export interface Day {
  readonly calls: number;
  /** What Inbox showed: one sentence a card, with the answer that was given. */
  readonly asked: readonly string[];
  /** Calls that were refused without a question. */
  readonly denied: readonly string[];
  /** Calls that were let through and came to nothing. */
  readonly failed: readonly string[];
}

/** A person looks at a card for longer than alike requests need to come together. */
const LOOKS_MS = ALIKE_MS + 50;

/**
 * Runs the works one after the other through a whole kernel in the default mode, over the real tools and servers.
 * The person answers as most do: for this run where that is offered, else once.
 */
export async function runDay(works: readonly Work[]): Promise<Day> {
  const folder = await mkdtemp(join(tmpdir(), "aios-asks-"));
  const workspace = join(folder, "workspace");
  await mkdir(workspace);
  const files = createFileTree(workspace, guardPath);
  for (const [path, text] of Object.entries(FILES)) await files.write(path, text);
  const pages = await openPages();
  const places = { PAGES: pages.address, WORKSPACE: workspace };
  const sandbox = createSandbox({ dataFolder: folder, sensitivity });
  const kernel = await open();
  try {
    await addServers(kernel, folder, workspace);
    return await work(kernel, works);
  } finally {
    await kernel.stop("the day is over");
    await sandbox.close();
    pages.close();
    await rm(folder, { recursive: true, force: true });
  }

  async function open(): Promise<Kernel> {
    const parser = await openShellParser();
    const bundled = join(import.meta.dirname, "../../resources/agents");
    const { manifests, problems } = await createManifestFolders([bundled]).load();
    const own = OWN_MANIFESTS.map((fields) =>
      manifestSchema.parse({
        title: fields.name,
        description: "Works.",
        instructions: "Work.",
        sampleTasks: ["work"],
        ...fields,
      }),
    );
    const core = scriptedCore(places);
    const started: Kernel = await startKernel({
      info: {
        version: "0.0.0",
        host: "headless",
        dataFolder: folder,
        workspaceFolder: workspace,
        agentsFolder: bundled,
        pid: process.pid,
      },
      clock: createSystemClock(),
      random: Math.random,
      store: openSqliteStore(join(folder, "events.db")),
      memory: await openMemoryStore(join(folder, "memory.db")),
      files,
      versions: await openVersionStore(join(folder, "versions.db"), join(folder, "versions")),
      watcher: { watch: async () => {}, close: async () => {} },
      results: openResultFiles(join(folder, "results")),
      secrets: secretsOf({}),
      config: { load: async () => null, save: async () => {} },
      manifests: { load: async () => ({ manifests: [...manifests, ...own], problems }) },
      cores: {
        builtIn: () => [core],
        open: () => core,
        openLocal: () => core,
        discover: async () => [],
        test: async () => ({ ok: true, models: [], latencyMs: 0 }),
      },
      servers: createServerConnector({
        workspace,
        ledger: await openProcessLedger(join(folder, "processes.json")),
      }),
      tools: [
        createCalculator(),
        createFetchPage({ allowedPrivateHosts: () => [pages.place] }),
        ...createShellTools({
          sandbox,
          workspace,
          shellEffects: (request) => shellEffects(request, parser, (path) => files.resolve(path)),
          allowedHosts: () => [],
          outsideFiles: (paths) => outsideAmong(paths, started.feed.state().markedFiles.keys()),
        }),
      ],
      models: createModelFiles(join(folder, "models")),
      addOn: createAddOn({ programFolder: folder }),
      person: () => "present",
    });
    return started;
  }
}

/** Fake: keys that are not written to a disk. */
function secretsOf(values: Record<string, string>) {
  return {
    get: async (name: string) => values[name] ?? null,
    async set(name: string, value: string) {
      values[name] = value;
    },
    async delete(name: string) {
      delete values[name];
    },
  };
}

async function openPages() {
  const server = createServer((request, response) => {
    response.setHeader("content-type", "text/html").end(`<h1>${request.url}</h1><p>About tomatoes.</p>`);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("it listens");
  const place = `127.0.0.1:${address.port}`;
  return { place, address: `http://${place}`, close: () => server.close() };
}

/** A reference server, as it is installed. */
const reference = (
  server: "everything" | "filesystem" | "memory",
  args: readonly string[] = [],
  envNames: readonly string[] = [],
): ServerTransport => ({
  type: "stdio",
  command: process.execPath,
  args: [fileURLToPath(import.meta.resolve(`@modelcontextprotocol/server-${server}/dist/index.js`)), ...args],
  folder: null,
  envNames: [...envNames],
});

async function addServers({ handlers }: Kernel, folder: string, workspace: string): Promise<void> {
  const graph = { MEMORY_FILE_PATH: join(folder, "graph.jsonl") };
  for (const [name, transport, secrets] of [
    ["files", reference("filesystem", [workspace]), {}],
    ["graph", reference("memory", [], Object.keys(graph)), graph],
    ["everything", reference("everything"), {}],
  ] as const) {
    const server = serverName(name);
    await handlers["servers.add"]({
      name: server,
      transport,
      secrets,
      options: serverOptionsSchema.parse({}),
    });
    const { digest } = await handlers["servers.inspect"]({ name: server });
    await handlers["servers.enable"]({ name: server, digest: digest ?? "" });
  }
}

async function work({ handlers, feed }: Kernel, works: readonly Work[]): Promise<Day> {
  const events: KernelEvent[] = [];
  const ended = new Map<AgentId, PromiseWithResolvers<void>>();
  const endOf = (agentId: AgentId): PromiseWithResolvers<void> => {
    const known = ended.get(agentId) ?? Promise.withResolvers<void>();
    ended.set(agentId, known);
    return known;
  };
  let seen = seq(feed.state().seq);
  const stop = feed.onCommit(() => {
    for (const event of feed.since(seen, 10_000) ?? []) {
      seen = event.seq;
      events.push(event);
      if (event.type === "agent.ended") endOf(event.agentId).resolve();
      if (event.type === "approval.requested") void answer(event.approval);
    }
  });
  async function answer({ id, runGrantText }: Approval): Promise<void> {
    await wait(LOOKS_MS);
    // Another answer may have covered it.
    if (!feed.state().approvals.has(id)) return;
    await handlers["approvals.answer"]({
      approvalId: id,
      answer: { type: runGrantText === null ? "once" : "run" },
    });
  }
  const names = new Map<AgentId, string>();
  for (const { agent, task } of works) {
    const { agentId } = await handlers["agents.launch"]({ agent, task });
    names.set(agentId, agent);
    await endOf(agentId).promise;
  }
  stop();
  return dayOf(events, names);
}

function dayOf(events: readonly KernelEvent[], names: ReadonlyMap<AgentId, string>): Day {
  const tools = new Map<string, string>();
  const requests: Approval[] = [];
  const denied: string[] = [];
  const failed: string[] = [];
  for (const event of events) {
    const who = "agentId" in event && event.agentId !== null ? names.get(event.agentId) : undefined;
    if (who === undefined) continue;
    if (event.type === "syscall.created" && event.call.kind !== "llm") {
      tools.set(event.syscallId, event.call.tool);
    }
    if (event.type === "approval.requested") requests.push(event.approval);
    if (!("syscallId" in event) || event.syscallId === null || !tools.has(event.syscallId)) continue;
    const what = `${who}, ${tools.get(event.syscallId)}`;
    if (event.type === "syscall.gated" && event.decision.verdict === "deny") {
      denied.push(`${what}: ${event.decision.reason}`);
    }
    if (event.type === "syscall.failed") failed.push(`${what}: ${event.error.message}`);
    if (event.type === "syscall.done" && event.result.kind !== "llm" && event.result.outcome === "error") {
      failed.push(`${what}: ${event.result.text}`);
    }
  }
  const cards = requestCards(
    requests.map((approval) => ({ approval, agent: names.get(approval.agentId) ?? "" })),
  );
  const asked = cards.map(({ approval: { agentId, tool, reason, runGrantText } }) => {
    const answer = runGrantText === null ? "once" : "for this run";
    return `${names.get(agentId)}, ${tool}: ${reason} (allowed ${answer})`;
  });
  return { calls: tools.size, asked, denied, failed };
}
