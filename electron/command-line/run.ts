import { createInterface } from "node:readline/promises";
import { CONTRACT } from "../../shared/contract.ts";
import { badInput, KernelError } from "../../shared/errors.ts";
import type { EventOf, KernelEvent } from "../../shared/events.ts";
import { type AgentId, type Seq, seq } from "../../shared/ids.ts";
import type { Approval, ApprovalAnswer } from "../../shared/permission.ts";
import { type BootedKernel, bootKernel } from "../boot.ts";
import type { Approve, CommandOf } from "./arguments.ts";
import { describeEvent } from "./progress.ts";
import { untilInterrupted } from "./signals.ts";

const EVENTS_AT_ONCE = 1_000;

/** Runs one agent to its end in a kernel of its own. Returns the exit code. */
export async function runAgent(command: CommandOf<"run">): Promise<number> {
  const approve = command.approve === "ask" && !process.stdin.isTTY ? "none" : command.approve;
  const kernel = await bootKernel({
    host: "headless",
    dataFolder: command.dataFolder,
    person: () => (approve === "none" ? "absent" : "present"),
  });
  try {
    const start = await startOf(kernel);
    const { agentId } = await launch(kernel, command);
    void untilInterrupted().then(() => kernel.handlers["agents.kill"]({ agentId }).catch(() => {}));
    const end = await follow(kernel, start, agentId, command, approve);
    report(kernel, end, command);
    return end.status === "done" ? 0 : 1;
  } finally {
    await kernel.stop();
  }
}

async function launch(
  kernel: BootedKernel,
  command: CommandOf<"run">,
): Promise<{ readonly agentId: AgentId }> {
  const { agent, task, model } = command;
  const input = CONTRACT["agents.launch"].input.safeParse({ agent, task, model });
  if (!input.success) throw badInput("aios run", input.error);
  return kernel.handlers["agents.launch"](input.data);
}

/** Prints what happens, answers requests, and resolves with the agent's end. */
function follow(
  kernel: BootedKernel,
  start: Seq,
  agentId: AgentId,
  { output }: CommandOf<"run">,
  approve: Approve,
): Promise<EventOf<"agent.ended">> {
  const { feed } = kernel;
  const family = new Set<AgentId>([agentId]);
  let at = start;
  return new Promise((resolve, reject) => {
    const read = (): void => {
      const events = feed.since(at, EVENTS_AT_ONCE);
      if (events === null) {
        at = feed.state().seq;
        return;
      }
      for (const event of events) {
        at = event.seq;
        take(event);
      }
      if (events.length === EVENTS_AT_ONCE) read();
    };
    const take = (event: KernelEvent): void => {
      if (event.type === "agent.created" && event.spec.parent !== null && family.has(event.spec.parent)) {
        family.add(event.agentId);
      }
      print(event, output, family);
      if (event.type === "approval.requested" && family.has(event.approval.agentId)) {
        answer(kernel, event.approval, approve).catch(reject);
      }
      if (event.type === "agent.ended" && event.agentId === agentId) {
        stopListening();
        resolve(event);
      }
    };
    const stopListening = feed.onCommit(read);
    read();
  });
}

/** Seq just before this kernel's own events: nothing older is printed. */
async function startOf({ feed, handlers, info }: BootedKernel): Promise<Seq> {
  const { seq: last } = feed.state();
  const from = seq(Math.max(0, last - EVENTS_AT_ONCE));
  const { events } = await handlers["events.read"]({ from, limit: EVENTS_AT_ONCE, agentId: null });
  // Not there while the first commit is under way.
  const started = events.find((event) => event.type === "kernel.started" && event.pid === info.pid);
  if (started === undefined) return last;
  // The feed holds this kernel's events alone: a start it does not reach is an earlier one, and ours is to come.
  const before = seq(started.seq - 1);
  return feed.since(before, 1) === null ? last : before;
}

async function answer(kernel: BootedKernel, approval: Approval, approve: Approve): Promise<void> {
  const reply: ApprovalAnswer = approve === "all" ? { type: "once" } : await askPerson(approval);
  try {
    await kernel.handlers["approvals.answer"]({ approvalId: approval.id, answer: reply });
  } catch (thrown) {
    // Its agent may have ended while the person thought.
    if (!(thrown instanceof KernelError && thrown.data.code === "not-found")) throw thrown;
  }
}

/** Questions wait for each other: one terminal, one person. */
let questions: Promise<unknown> = Promise.resolve();

function askPerson(approval: Approval): Promise<ApprovalAnswer> {
  const asked = questions.then(async (): Promise<ApprovalAnswer> => {
    const terminal = createInterface({ input: process.stdin, output: process.stderr });
    const effects = approval.effects.map((effect) => `${effect.type} ${effect.target}`).join(", ");
    const details = JSON.stringify(approval.arguments, null, 2);
    const offer = approval.runGrantText === null ? "[y/N]" : `[y/N, r: ${approval.runGrantText}]`;
    const question = `\n${approval.agentId} asks for ${approval.tool} (${effects}; risk ${approval.risk})\n${details}\nAllow? ${offer} `;
    // Ctrl-C and Ctrl-D at the question are a no.
    const said = (await terminal.question(question).catch(() => "")).trim().toLowerCase();
    terminal.close();
    if (said === "y" || said === "yes") return { type: "once" };
    if (said === "r" && approval.runGrantText !== null) return { type: "run" };
    return { type: "deny", reason: "" };
  });
  questions = asked.catch(() => {});
  return asked;
}

function print(event: KernelEvent, output: "json" | "text", family: ReadonlySet<AgentId>): void {
  if (output === "json") {
    process.stdout.write(`${JSON.stringify(event)}\n`);
    return;
  }
  if (!("agentId" in event) || event.agentId === null || !family.has(event.agentId)) return;
  const line = describeEvent(event);
  if (line !== null) process.stderr.write(`${line}\n`);
}

function report({ feed }: BootedKernel, end: EventOf<"agent.ended">, { output }: CommandOf<"run">): void {
  if (output === "text") {
    const { message, hint } = end.error ?? { message: "", hint: undefined };
    process.stdout.write(`${end.answer ?? (hint === undefined ? message : `${message}\n${hint}`)}\n`);
    return;
  }
  const view = feed.state().agents.get(end.agentId);
  const result = {
    type: "result",
    agent: end.agentId,
    status: end.status,
    answer: end.answer ?? end.error?.message ?? "",
    ...(end.error ? { error: end.error } : {}),
    syscalls: view?.calls ?? { llm: 0, memory: 0, storage: 0, tool: 0 },
    waitMs: Math.round(view?.waitMs ?? 0),
    serviceMs: Math.round(view?.serviceMs ?? 0),
    turnaroundMs: Math.round(view ? end.at - view.createdAt : 0),
  };
  process.stdout.write(`${JSON.stringify(result)}\n`);
}
