import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EventOf, KernelEvent } from "../../../shared/events.ts";
import { type AgentId, type SyscallId, seq } from "../../../shared/ids.ts";
import type { Approval, ApprovalAnswer, Decision } from "../../../shared/permission.ts";
import { type Marks, NO_MARKS } from "../../../shared/taint.ts";
import { createSandbox } from "../../adapters/sandbox.ts";
import { sensitivity } from "../access/sensitive-paths.ts";
import { obey, type Task } from "./injection-roles.ts";
import { type Injection, secretOf, tagOf } from "./injection-row.ts";
import { configure, openConnector, openListeners, openTools, seedFiles } from "./injection-world.ts";
import { ScriptedCore } from "./scripted-core.ts";
import { memoryConfig, memorySecrets, TestKernel } from "./test-kernel.ts";
import { testTool } from "./use-kernels.ts";

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
  /** Everything that went out: requests, names looked up, what the server `post` was told. */
  readonly wentOut: string[];
  /** Model calls that would leave are held back while this is there: after a restart they are made again. */
  hold: Promise<void> | null = null;
  /** Model calls that were held back. */
  held = 0;
  readonly #listeners: Awaited<ReturnType<typeof openListeners>>;
  readonly #folder = mkdtempSync(join(tmpdir(), "aios-injections-"));
  readonly #workspace = join(this.#folder, "workspace");
  readonly #sandbox = createSandbox({ dataFolder: this.#folder, sensitivity });
  readonly #config = memoryConfig();
  readonly #secrets = memorySecrets();
  readonly #mail = new Map<AgentId, PromiseWithResolvers<void>>();
  readonly #callIds = new Map<SyscallId, string>();
  readonly #events: KernelEvent[] = [];
  #kernel: TestKernel | null = null;
  #person: (approval: Approval, callId: string) => ApprovalAnswer | null = answerAsTold;

  private constructor(listeners: Awaited<ReturnType<typeof openListeners>>, wentOut: string[]) {
    this.#listeners = listeners;
    this.wentOut = wentOut;
  }

  static async open(): Promise<InjectionStage> {
    const wentOut: string[] = [];
    const stage = new InjectionStage(await openListeners((text) => wentOut.push(text)), wentOut);
    mkdirSync(stage.#workspace);
    await seedFiles(stage.#workspace);
    await stage.start();
    await configure(stage.kernel.kernel.handlers);
    await stage.ready();
    return stage;
  }

  get kernel(): TestKernel {
    if (!this.#kernel) throw new Error("the kernel runs");
    return this.#kernel;
  }

  /** Starts a kernel on the folder, also after `stop`. */
  async start(): Promise<void> {
    const { places } = this.#listeners;
    const record = (text: string): void => void this.wentOut.push(text);
    const core = new ScriptedCore(
      async (request) => {
        const said = obey(request, places);
        if (this.hold && said.toolCalls?.some(({ id }) => id.startsWith("leave"))) {
          this.held += 1;
          await this.hold;
        }
        return said;
      },
      { slots: 64 },
    );
    const kernel = await TestKernel.start({
      cores: [core],
      folder: this.#folder,
      config: this.#config,
      secrets: this.#secrets,
      servers: await openConnector(this.#folder, record),
      manifests: ["helper", "trusted"].map((name) => ({
        name,
        tools: TOOLS,
        servers: ["it", "post"],
        children: ["helper"],
        limits: { steps: 30, tokens: 1_000_000, children: 4 },
      })),
      tools: [...(await openTools(places, this.#sandbox, this.#workspace, record)), this.#waitForMail],
    });
    this.#kernel = kernel;
    this.#follow(kernel);
  }

  /** Waits until the servers can be called. */
  async ready(): Promise<void> {
    const servers = () => [...this.kernel.kernel.feed.state().servers.values()];
    await this.kernel.clock.until(
      () => servers().filter(({ status }) => status.type === "ready").length === 2,
    );
  }

  async stop(): Promise<void> {
    await this.kernel.stop();
  }

  async close(): Promise<void> {
    await this.#kernel?.stop();
    await this.#sandbox.close();
    this.#listeners.close();
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
      const marks = this.kernel.view(agentId)?.marks ?? NO_MARKS;
      return [{ tool: call.tool, decision: gated.decision, approval: asked?.approval ?? null, marks }];
    });
  }

  /** What went out that belongs to a row. */
  sentBy(injection: Injection): readonly string[] {
    return this.wentOut.filter(
      (text) => text.includes(tagOf(injection)) || text.includes(secretOf(injection)),
    );
  }

  /** Whether a call whose id begins so has ended well. */
  isDone(agentId: AgentId, callId: string): boolean {
    return this.#of("syscall.done").some(
      (event) => event.agentId === agentId && this.#callIds.get(event.syscallId)?.startsWith(callId) === true,
    );
  }

  /** What has been committed, over all starts. */
  events(): readonly KernelEvent[] {
    return this.#events;
  }

  #of<T extends KernelEvent["type"]>(type: T): readonly EventOf<T>[] {
    return this.#events.filter((event): event is EventOf<T> => event.type === type);
  }

  readonly #waitForMail = testTool({
    name: "wait_for_mail",
    concurrency: 64,
    run: async (_, { agentId }) => {
      if (agentId !== null) await this.#mailOf(agentId).promise;
      return "there is mail";
    },
  });

  #mailOf(agentId: AgentId): PromiseWithResolvers<void> {
    const known = this.#mail.get(agentId);
    if (known) return known;
    const mail = Promise.withResolvers<void>();
    this.#mail.set(agentId, mail);
    return mail;
  }

  #follow(kernel: TestKernel): void {
    let seen = this.#events.at(-1)?.seq ?? seq(0);
    kernel.kernel.feed.onCommit(() => {
      for (const event of kernel.kernel.feed.since(seen, 10_000) ?? []) {
        seen = event.seq;
        this.#events.push(event);
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
  return approval.runGrantText !== null && approval.tool === "fetch_page"
    ? { type: "run" }
    : { type: "once" };
}

const rowOf = (task: string): number => Number((JSON.parse(task) as Task).row);
