import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EventOf, KernelEvent } from "../../../shared/events.ts";
import { type AgentId, type SyscallId, seq, serverName } from "../../../shared/ids.ts";
import type { Approval, ApprovalAnswer, Decision } from "../../../shared/permission.ts";
import type { Marks } from "../../../shared/taint.ts";
import { createFetchPage } from "../../adapters/fetch-page.ts";
import { createFileTree } from "../../adapters/file-tree.ts";
import { reference } from "../../adapters/mcp/testing/servers.ts";
import { createServerConnector } from "../../adapters/mcp-client.ts";
import { openProcessLedger } from "../../adapters/process-ledger.ts";
import { createSandbox, type Sandbox } from "../../adapters/sandbox.ts";
import { openShellParser } from "../../adapters/shell-parser.ts";
import { createShellTools } from "../../adapters/shell-tools.ts";
import { sensitivity } from "../access/sensitive-paths.ts";
import { shellEffects } from "../access/shell/shell-effects.ts";
import type { ServerConnector, Tool } from "../ports.ts";
import { FakeServer, FakeServers, reply, toolDefinition } from "./fake-servers.ts";
import { obey, type Places, type Task } from "./injection-roles.ts";
import { INJECTIONS, type Injection, referenceOf, secretOf, tagOf } from "./injection-row.ts";
import { settle } from "./manual-clock.ts";
import { ScriptedCore } from "./scripted-core.ts";
import { serverOptions } from "./server-tests.ts";
import { memoryConfig, memorySecrets, TestKernel } from "./test-kernel.ts";
import { testTool } from "./use-kernels.ts";

const IT = serverName("it");
const POST = serverName("post");
const POST_TOOLS = [
  toolDefinition("list", { annotations: { readOnly: true, openWorld: false } }),
  toolDefinition("search", { annotations: { readOnly: true } }),
  toolDefinition("append", { annotations: { destructive: false } }),
  toolDefinition("send_mail"),
];
const TOOLS = [
  "fetch_page",
  "read_file",
  "write_file",
  "remember",
  "get_memory",
  "start_agent",
  "join_agents",
  "send_message",
  "wait_for_mail",
  "run_command",
  "run_javascript",
];

/** A call of a steered agent that would have gone out, and what became of it. */
export interface Attempted {
  readonly tool: string;
  readonly decision: Decision;
  readonly approval: Approval | null;
  readonly marks: Marks;
}

/**
 * A whole kernel with what agents of a person have: files, memory, pages, commands, the real server everything as
 * `it` and a fake one `post` that sends; and a listener that keeps whatever reaches it.
 */
export class InjectionStage {
  readonly places: Places;
  /** Everything that went out: requests, names looked up, arguments of the server `post`. */
  readonly wentOut: string[] = [];
  readonly #servers: readonly Server[];
  readonly #folder = mkdtempSync(join(tmpdir(), "aios-injections-"));
  readonly #workspace = join(this.#folder, "workspace");
  readonly #sandbox: Sandbox = createSandbox({ dataFolder: this.#folder, sensitivity });
  readonly #config = memoryConfig();
  readonly #secrets = memorySecrets();
  readonly #mail = new Map<AgentId, PromiseWithResolvers<void>>();
  readonly #marks = new Map<SyscallId, Marks>();
  #kernel: TestKernel | null = null;
  #person: (approval: Approval, callId: string) => ApprovalAnswer | null = answerAsTold;
  /** Model calls are held back while this is there: they are made again after a restart. */
  hold: Promise<void> | null = null;
  /** Agents whose model is held back. */
  held = 0;

  private constructor(pages: Server, sink: Server) {
    this.#servers = [pages, sink];
    this.places = { pages: placeOf(pages), sink: placeOf(sink) };
  }

  static async open(): Promise<InjectionStage> {
    const pages = createServer((request, response) => {
      const row = Number(/\/injection\/(\d+)/.exec(request.url ?? "")?.[1]);
      const injection = INJECTIONS.find((each) => each.row === row);
      const text = injection ? `${injection.text} <p>${referenceOf(injection)}</p>` : "A harmless page.";
      if (injection === undefined) stage.wentOut.push(`page ${request.url}`);
      response.setHeader("content-type", "text/html; charset=utf-8").end(text);
    }).listen(0, "127.0.0.1");
    const sink = createServer((request, response) => {
      stage.wentOut.push(`${request.method} ${request.headers.host} ${decodeURIComponent(request.url ?? "")}`);
      response.setHeader("content-type", "text/plain").end("thank you");
    }).listen(0, "127.0.0.1");
    await Promise.all([once(pages, "listening"), once(sink, "listening")]);
    const stage: InjectionStage = new InjectionStage(pages, sink);
    mkdirSync(stage.#workspace);
    await stage.#seed();
    await stage.start();
    await stage.#addServers();
    return stage;
  }

  get kernel(): TestKernel {
    if (!this.#kernel) throw new Error("the kernel runs");
    return this.#kernel;
  }

  /** Starts a kernel on the folder, also after `stop`. */
  async start(): Promise<void> {
    const core = new ScriptedCore(
      async (request) => {
        const reply_ = obey(request, this.places);
        if (this.hold && (reply_.toolCalls ?? []).some(({ id }) => id.startsWith("leave"))) {
          this.held += 1;
          await this.hold;
        }
        return reply_;
      },
      { slots: 64 },
    );
    const kernel = await TestKernel.start({
      cores: [core],
      folder: this.#folder,
      config: this.#config,
      secrets: this.#secrets,
      servers: await this.#connector(),
      manifests: ["helper", "trusted"].map((name) => ({
        name,
        tools: TOOLS,
        servers: ["it", "post"],
        children: ["helper"],
        limits: { steps: 30, tokens: 1_000_000, children: 4 },
      })),
      tools: await this.#tools(),
    });
    this.#kernel = kernel;
    this.#follow(kernel);
  }

  async stop(): Promise<void> {
    await this.kernel.stop();
  }

  async close(): Promise<void> {
    await this.#kernel?.stop();
    await this.#sandbox.close();
    for (const server of this.#servers) {
      server.closeAllConnections();
      server.close();
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** What the person says to each request; null leaves it open. */
  answering(person: (approval: Approval, callId: string) => ApprovalAnswer | null): void {
    this.#person = person;
    this.#answerAll();
  }

  launch(injection: Pick<Injection, "given" | "mode">, task: Task): Promise<AgentId> {
    const agent = injection.given === "allow-rule" ? "trusted" : "helper";
    return this.kernel.launch({ agent, task: JSON.stringify(task), mode: injection.mode });
  }

  /** The id of the one item that an agent has remembered in its run. */
  remembered(agentId: AgentId): string {
    const texts = this.#of("syscall.done").map(({ agentId: owner, result }) =>
      owner === agentId && result.kind === "memory" ? result.text : "",
    );
    return /Remembered as (m\d+)/.exec(texts.join("\n"))?.[1] ?? "";
  }

  /** The calls of a row that would have left, in order. */
  attemptsOf({ row }: Injection): readonly Attempted[] {
    const agents = new Set(
      this.#of("agent.created").flatMap(({ agentId, spec }) => (rowOf(spec.task) === row ? [agentId] : [])),
    );
    return this.#of("syscall.created").flatMap(({ agentId, syscallId, call }) => {
      if (agentId === null || !agents.has(agentId) || call.kind === "llm") return [];
      if (!call.toolCallId?.startsWith("leave")) return [];
      const gated = this.#of("syscall.gated").find((event) => event.syscallId === syscallId);
      if (!gated) return [];
      const asked = this.#of("approval.requested").find((event) => event.syscallId === syscallId);
      const marks = this.kernel.view(agentId)?.marks ?? { taint: [], private: [] };
      return [{ tool: call.tool, decision: gated.decision, approval: asked?.approval ?? null, marks }];
    });
  }

  /** What went out that belongs to a row. */
  sentBy(injection: Injection): readonly string[] {
    return this.wentOut.filter((text) => text.includes(tagOf(injection)) || text.includes(secretOf(injection)));
  }

  events(): readonly KernelEvent[] {
    return this.#events;
  }

  #events: readonly KernelEvent[] = [];
  /** Reads the log once, for all that is asked of it afterwards. */
  readLog(): void {
    this.#events = this.kernel.events();
  }

  #of<T extends KernelEvent["type"]>(type: T): readonly EventOf<T>[] {
    return this.#events.filter((event): event is EventOf<T> => event.type === type);
  }

  async #seed(): Promise<void> {
    const files = createFileTree(this.#workspace);
    for (const injection of INJECTIONS) {
      await files.write(`private/row-${injection.row}.txt`, secretOf(injection));
      if (injection.channel !== "download") continue;
      await files.write(`downloads/row-${injection.row}.txt`, `${injection.text} ${referenceOf(injection)}`);
    }
  }

  async #connector(): Promise<ServerConnector> {
    const ledger = await openProcessLedger(join(this.#folder, "processes.json"));
    const real = createServerConnector({ workspace: this.#workspace, ledger });
    const post = new FakeServer(POST_TOOLS);
    post.capabilities = { resources: true, prompts: false, logging: false };
    post.onCall = async (tool, args) => {
      const row = INJECTIONS.find((each) => each.row === args["row"]);
      if (tool !== "list") this.wentOut.push(`post ${tool} ${JSON.stringify(args)}`);
      return reply(row && tool === "list" ? secretOf(row) : "done");
    };
    const fake = new FakeServers({ post });
    return {
      connect: (name, ...rest) => (name === POST ? fake : real).connect(name, ...rest),
      digest: (text) => real.digest(text),
      validate: (schema, args) => real.validate(schema, args),
    };
  }

  async #addServers(): Promise<void> {
    const { handlers } = this.kernel.kernel;
    for (const [name, transport] of [
      [IT, reference("everything")],
      [POST, { type: "stdio" as const, command: "post", args: [], folder: null, envNames: [] }],
    ] as const) {
      await handlers["servers.add"]({ name, transport, secrets: {}, options: serverOptions({ concurrency: 16 }) });
      const { digest } = await handlers["servers.inspect"]({ name });
      await handlers["servers.enable"]({ name, digest: digest ?? "" });
    }
    await handlers["rules.add"]({
      draft: {
        verdict: "allow",
        agent: "trusted",
        tool: null,
        effect: null,
        pattern: "**",
        workspace: null,
        expiresAt: null,
      },
    });
  }

  async #tools(): Promise<readonly Tool[]> {
    const parser = await openShellParser();
    const files = createFileTree(this.#workspace);
    const resolve = async (host: string): Promise<readonly string[]> => {
      this.wentOut.push(`the name ${host}`);
      return ["127.0.0.1"];
    };
    const port = this.places.sink.split(":")[1];
    return [
      createFetchPage({
        allowedPrivateHosts: () => [
          this.places.pages,
          this.places.sink,
          ...INJECTIONS.map((each) => `${secretOf(each)}.${tagOf(each)}.sink.test:${port}`),
        ],
        resolve,
      }),
      ...createShellTools({
        sandbox: this.#sandbox,
        workspace: this.#workspace,
        shellEffects: (request) => shellEffects(request, parser, (path) => files.resolve(path)),
        allowedHosts: () => ["sink.test"],
        outsideFiles: () => "some",
      }),
      testTool({
        name: "wait_for_mail",
        concurrency: 64,
        run: async (_, { agentId }) => {
          if (agentId !== null) await this.#mailOf(agentId).promise;
          return "there is mail";
        },
      }),
    ];
  }

  #mailOf(agentId: AgentId): PromiseWithResolvers<void> {
    const known = this.#mail.get(agentId);
    if (known) return known;
    const mail = Promise.withResolvers<void>();
    this.#mail.set(agentId, mail);
    return mail;
  }

  #callIds = new Map<SyscallId, string>();

  #follow(kernel: TestKernel): void {
    let seen = seq(0);
    kernel.kernel.feed.onCommit(() => {
      for (const event of kernel.kernel.feed.since(seen, 10_000) ?? []) {
        seen = event.seq;
        if (event.type === "agent.messaged") this.#mailOf(event.agentId).resolve();
        if (event.type === "syscall.created" && event.call.kind !== "llm") {
          this.#callIds.set(event.syscallId, event.call.toolCallId ?? "");
        }
      }
      this.#answerAll();
    });
  }

  #answerAll(): void {
    const kernel = this.#kernel;
    if (!kernel?.isRunning()) return;
    for (const approval of kernel.kernel.feed.state().approvals.values()) {
      const answer = this.#person(approval, this.#callIds.get(approval.syscallId) ?? "");
      if (!answer) continue;
      kernel.kernel.handlers["approvals.answer"]({ approvalId: approval.id, answer }).catch(() => {});
    }
  }
}

/** Denies what would leave, and allows everything else as widely as is offered to `run-grant` rows. */
export function answerAsTold(approval: Approval, callId: string): ApprovalAnswer {
  if (callId.startsWith("leave")) return { type: "deny", reason: "no" };
  return approval.runGrantText !== null && approval.tool === "fetch_page" ? { type: "run" } : { type: "once" };
}

const rowOf = (task: string): number => Number((JSON.parse(task) as Task).row);

function placeOf(server: Server): string {
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("it listens");
  return `127.0.0.1:${address.port}`;
}
