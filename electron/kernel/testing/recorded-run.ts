import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KernelEvent } from "../../../shared/events.ts";
import type { AgentId } from "../../../shared/ids.ts";
import type { AgentManifest } from "../../../shared/manifest.ts";
import type { Message } from "../../../shared/messages.ts";
import { openSqliteStore } from "../../adapters/sqlite-store.ts";
import type { CompletionRequest, Tool } from "../ports.ts";
import { type CallSpec, calls, ScriptedCore, type ScriptedReply, says } from "./scripted-core.ts";
import { TestKernel } from "./test-kernel.ts";
import { testTool } from "./use-kernels.ts";

/** What the parent's model asks for, turn by turn: tools of every sort, a child, and a call too long to be cut. */
const TURNS: readonly (readonly CallSpec[])[] = [
  [
    ["look", { n: 1 }],
    ["clock", {}],
  ],
  [
    ["write", { n: 2 }],
    ["wipe", { n: 3 }],
  ],
  [["start_agent", { agent: "child", task: "say hello" }]],
  [
    ["write", { n: 4 }],
    ["join_agents", { agents: ["a2"] }],
  ],
];

const limits = { steps: 20, tokens: 100_000, children: 2 };
const MANIFESTS: readonly Partial<AgentManifest>[] = [
  {
    name: "parent",
    tools: ["look", "clock", "write", "wipe", "start_agent", "join_agents"],
    children: ["child"],
    limits,
  },
  { name: "child", instructions: "You are the child.", tools: ["look"] },
];

/** Chosen by the context alone, as a real model's answer is: a repeated call gets the same answer. */
function script({ messages }: CompletionRequest): ScriptedReply {
  const step = messages.filter(({ role }) => role === "assistant").length;
  const ids = (turn: readonly CallSpec[]) =>
    calls(...turn.map(([name, args], index): CallSpec => [name, args, `${name}_${step}_${index}`]));
  if (messages[0]?.content === "You are the child.") {
    return step === 0 ? ids([["look", { n: 9 }]]) : says("hello from the child");
  }
  const turn = TURNS[step];
  return turn ? ids(turn) : says(`finished: ${messages.findLast(isJoin)?.content}`);
}

const isJoin = (message: Message): boolean => message.role === "tool" && message.name === "join_agents";

export interface Story {
  readonly core: ScriptedCore;
  readonly kernel: TestKernel;
  /** Tool calls that were run, such as `wipe 3`. */
  readonly ran: string[];
}

/** Starts a kernel of this story on a folder. The person answers each request as soon as it is seen. */
export async function startStory(folder: string, answers: "given" | "withheld" = "given"): Promise<Story> {
  const core = new ScriptedCore(script);
  const ran: string[] = [];
  const kernel = await TestKernel.start({
    cores: [core],
    folder,
    manifests: MANIFESTS,
    tools: storyTools(ran),
  });
  const answerAll = (): void => {
    for (const { id, tool } of kernel.kernel.feed.state().approvals.values()) {
      const answer = tool === "write" ? ({ type: "run" } as const) : ({ type: "once" } as const);
      // Too early: the call is not yet back at the gate. Too late: it is answered, and gone the next time.
      const again = (): unknown => setImmediate(() => kernel.isRunning() && answerAll());
      kernel.kernel.handlers["approvals.answer"]({ approvalId: id, answer }).catch(again);
    }
  };
  if (answers === "given") {
    kernel.kernel.feed.onCommit(answerAll);
    answerAll();
  }
  return { core, kernel, ran };
}

function storyTools(ran: string[]): readonly Tool[] {
  const make = (name: string, idempotent: Tool["idempotent"], type: "read" | "write" | "delete") =>
    testTool({
      name,
      idempotent,
      effects: [{ type, target: "notes.txt", reversible: "yes" }],
      run: async ({ n }) => {
        ran.push(`${name} ${n}`);
        return `${name} done`;
      },
    });
  return [make("look", "yes", "read"), make("write", "yes", "write"), make("wipe", "no", "delete")];
}

export interface RecordedRun {
  readonly agentId: AgentId;
  readonly events: readonly KernelEvent[];
  /** The prompt of each model call, as text, by the id of its syscall. */
  readonly prompts: ReadonlyMap<string, string>;
  readonly answer: string | null;
}

export const promptText = (messages: readonly Message[]): string => JSON.stringify(messages);

/** Runs the story to its end, with a message, a pause and a new priority on the way. */
export async function recordRun(): Promise<RecordedRun> {
  const { kernel } = await startStory(mkdtempSync(join(tmpdir(), "aios-recorded-")));
  const { handlers } = kernel.kernel;
  const agentId = await kernel.launch({ agent: "parent", task: "do much" });
  await handlers["agents.send"]({ agentId, text: "a first word" });
  await kernel.seen("approval.requested");
  await handlers["agents.reprioritise"]({ agentId, priority: 7 });
  await handlers["agents.pause"]({ agentId });
  await handlers["agents.send"]({ agentId, text: "a second word" });
  await handlers["agents.resume"]({ agentId });
  const { answer } = await kernel.ended(agentId);
  const events = kernel.events();
  const prompts = new Map<string, string>();
  for (const event of events) {
    if (event.type !== "syscall.created" || event.call.kind !== "llm") continue;
    const { messages } = await handlers["syscalls.prompt"]({ syscallId: event.syscallId });
    prompts.set(event.syscallId, promptText(messages));
  }
  await kernel.destroy();
  return { agentId, events, prompts, answer };
}

/** A folder whose log holds these events: what a crash after the last of them leaves behind. */
export function folderWith(events: readonly KernelEvent[]): string {
  const folder = mkdtempSync(join(tmpdir(), "aios-crash-"));
  const store = openSqliteStore(join(folder, "events.db"));
  void store.append(events);
  void store.close();
  return folder;
}
