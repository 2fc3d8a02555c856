import { all, create } from "mathjs";
import type { Message, ToolCall, ToolOutcome, ToolSpecification } from "../../../shared/messages.ts";
import { plan } from "./plan.ts";

const math = create(all ?? {}, { number: "BigNumber", precision: 64 });

/** Tools of each bundled agent. */
export const AGENT_TOOLS = {
  "maths-tutor": ["calculate", "clock", "calendar"],
  "note-keeper": ["remember", "recall", "get_memory", "update_memory", "forget", "list_memories", "clock"],
  "file-clerk": [
    "read_file",
    "write_file",
    "list_files",
    "search_files",
    "delete_file",
    "move_file",
    "copy_file",
    "make_folder",
    "file_versions",
    "roll_back_file",
    "restore_file",
    "plan_files",
    "apply_plan",
    "calculate",
    "clock",
  ],
  "web-reader": ["fetch_page", "clock"],
  planner: ["start_agent", "join_agents", "clock"],
  reviewer: ["read_file", "list_files", "search_files"],
  "shell-hand": ["run_command", "run_javascript", "read_file", "list_files"],
} as const satisfies Readonly<Record<string, readonly string[]>>;
export type AgentName = keyof typeof AGENT_TOOLS;

const NOW = "2026-11-22 (Sunday) 19:41:05 UTC";
const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const DAY_MS = 86_400_000;

type Answer = { readonly outcome: ToolOutcome; readonly text: string };
const ok = (text: string): Answer => ({ outcome: "ok", text });
const failed = (text: string): Answer => ({ outcome: "error", text: `Error: ${text}` });

/** A stand-in for the built-in tools, for tests of the planner: arithmetic is real, files and memories are maps. */
export class FakeTools {
  readonly files = new Map<string, string>();
  readonly memories = new Map<string, string>();
  readonly pages = new Map<string, string>();
  /** What commands and programs come to; others print nothing. */
  readonly outputs = new Map<string, Answer>();
  /** Tools that are denied, with the reason. */
  readonly denied = new Map<string, string>();
  readonly calls: ToolCall[] = [];
  readonly children: { readonly agent: AgentName; readonly task: string; readonly answer: string }[] = [];
  #nextMemory = 1;

  /** Runs an agent on a task to its final answer. Throws when it takes more than 24 model calls. */
  ask(agent: AgentName, task: string): string {
    return this.askWith(AGENT_TOOLS[agent], task);
  }

  askWith(tools: readonly string[], task: string, before: readonly Message[] = []): string {
    const messages: Message[] = [...before, { role: "user", content: task }];
    const offered: ToolSpecification[] = tools.map((name) => ({ name, description: name, parameters: {} }));
    for (let step = 0; step < 24; step += 1) {
      const next = plan(messages, offered);
      messages.push({ role: "assistant", content: next.text, toolCalls: next.toolCalls });
      if (next.toolCalls.length === 0) return next.text;
      for (const each of next.toolCalls) {
        if (!tools.includes(each.name)) throw new Error(`${each.name} is not on offer`);
        this.calls.push(each);
        const { outcome, text } = this.run(each);
        messages.push({ role: "tool", toolCallId: each.id, name: each.name, content: text, outcome });
      }
    }
    throw new Error(`No answer after 24 steps: ${task}`);
  }

  run(toolCall: ToolCall): Answer {
    const reason = this.denied.get(toolCall.name);
    if (reason !== undefined) return { outcome: "denied", text: `Denied: ${reason}` };
    const text = (field: string): string => String(toolCall.arguments[field] ?? "");
    switch (toolCall.name) {
      case "calculate":
        return this.#calculate(text("expression"));
      case "clock":
        return ok(NOW);
      case "calendar":
        return this.#calendar(toolCall);
      case "fetch_page":
        return this.pages.has(text("url"))
          ? ok(this.pages.get(text("url")) ?? "")
          : failed("The page could not be reached.");
      case "read_file": {
        const content = this.files.get(text("path"));
        return content === undefined
          ? failed(`There is no file ${text("path")}. Use list_files.`)
          : ok(content);
      }
      case "write_file": {
        const created = this.files.has(text("path")) ? "replaced" : "created";
        this.files.set(text("path"), text("content"));
        return ok(`Wrote ${text("content").length} bytes to ${text("path")} (${created})`);
      }
      case "list_files":
        return ok(this.#list(text("path")));
      case "search_files":
        return ok(this.#search(text("query")));
      case "delete_file":
        return this.files.delete(text("path"))
          ? ok(`Moved ${text("path")} to the trash as ${text("path")}.1`)
          : failed(`There is no file ${text("path")}.`);
      case "move_file":
      case "copy_file":
        return this.#place(toolCall.name, text("from"), text("to"));
      case "plan_files":
        return this.outputs.get(text("request")) ?? failed(`"${text("request")}" gave no plan`);
      case "apply_plan":
        return ok("Did all steps.");
      case "run_command":
      case "run_javascript":
        return this.outputs.get(text("command") || text("code")) ?? ok("[exit code 0]");
      case "start_agent":
        return this.#start(text("agent"), text("task"));
      case "join_agents":
        return ok(this.#join(toolCall.arguments.agents));
      default:
        return this.#memory(toolCall.name, text);
    }
  }

  #place(how: string, from: string, to: string): Answer {
    const content = this.files.get(from);
    if (content === undefined) return failed(`There is no file ${from}.`);
    if (this.files.has(to)) return failed(`"${to}" is there already.`);
    this.files.set(to, content);
    if (how === "move_file") this.files.delete(from);
    return ok(`${how === "move_file" ? "Moved" : "Copied"} ${from} to ${to}`);
  }

  #calculate(expression: string): Answer {
    try {
      const value = math.evaluate(expression);
      return ok(
        math
          .format(value, { precision: 20, lowerExp: -20, upperExp: 40, notation: "auto" })
          .replaceAll('"', ""),
      );
    } catch (error) {
      return failed(error instanceof Error ? error.message : String(error));
    }
  }

  #calendar({ arguments: args }: ToolCall): Answer {
    const named = (date: Date): string => `${date.toISOString().slice(0, 10)} (${DAYS[date.getUTCDay()]})`;
    const day = (value: unknown): Date => {
      const date = new Date(`${String(value)}T00:00:00Z`);
      if (date.toISOString().slice(0, 10) !== value) throw new Error("no such date");
      return date;
    };
    try {
      if (args.operation === "weekday") return ok(DAYS[day(args.date).getUTCDay()] ?? "");
      if (args.operation === "difference") {
        const days = (day(args.to).getTime() - day(args.from).getTime()) / DAY_MS;
        return ok(`${days} ${Math.abs(days) === 1 ? "day" : "days"}`);
      }
      const date = day(args.date);
      date.setUTCMonth(date.getUTCMonth() + Number(args.months ?? 0) + 12 * Number(args.years ?? 0));
      return ok(
        named(new Date(date.getTime() + DAY_MS * (Number(args.days ?? 0) + 7 * Number(args.weeks ?? 0)))),
      );
    } catch {
      return failed(`There is no date ${String(args.date ?? args.to)}.`);
    }
  }

  #list(folder: string): string {
    const prefix = folder === "" || folder === "." ? "" : `${folder.replace(/\/$/, "")}/`;
    const rows = [...this.files].filter(([path]) => path.startsWith(prefix));
    return rows.length === 0
      ? "The folder is empty."
      : rows.map(([path, content]) => `${path.slice(prefix.length)} (${content.length} bytes)`).join("\n");
  }

  #search(query: string): string {
    const hits = [...this.files].flatMap(([path, content]) =>
      content
        .split("\n")
        .flatMap((line, index) =>
          line.toLowerCase().includes(query.toLowerCase()) ? [`${path}:${index + 1}: ${line}`] : [],
        ),
    );
    return hits.length === 0 ? "No matches." : hits.join("\n");
  }

  #start(agent: string, task: string): Answer {
    const name = (Object.keys(AGENT_TOOLS) as AgentName[]).find((each) => each === agent);
    if (!name || name === "planner") return failed(`There is no agent ${agent}.`);
    this.children.push({ agent: name, task, answer: this.ask(name, task) });
    return ok(`Started a${this.children.length + 6} (${name})`);
  }

  #join(agents: unknown): string {
    const ids = Array.isArray(agents) ? agents.map(String) : [];
    return ids
      .map((id) => {
        const child = this.children[Number(id.slice(1)) - 7];
        return child ? `${id} (${child.agent}) done: ${child.answer}` : `${id} (?) failed: not found`;
      })
      .join("\n\n");
  }

  #memory(tool: string, text: (field: string) => string): Answer {
    const id = text("id");
    const unknown = failed(`There is no memory ${id}.`);
    switch (tool) {
      case "remember": {
        const next = `m${this.#nextMemory}`;
        this.#nextMemory += 1;
        this.memories.set(next, text("text"));
        return ok(`Remembered as ${next}: ${text("text")}`);
      }
      case "recall":
        return ok(this.#recall(text("query")));
      case "get_memory":
        return this.memories.has(id) ? ok(`${id}: ${this.memories.get(id)}`) : unknown;
      case "update_memory":
        if (!this.memories.has(id)) return unknown;
        this.memories.set(id, text("text"));
        return ok(`Updated ${id}: ${text("text")}`);
      case "forget":
        return this.memories.delete(id) ? ok(`Forgot ${id}`) : unknown;
      case "list_memories": {
        const rows = [...this.memories].toReversed().map(([each, content]) => `${each}: ${content}`);
        return ok(rows.length === 0 ? "Nothing is remembered yet." : rows.join("\n"));
      }
      default:
        return failed(`There is no tool ${tool}.`);
    }
  }

  #recall(query: string): string {
    const stems = (of: string): string[] =>
      (of.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).map((word) =>
        word.replace(/(?:ed|ing|es|s)$/, "").slice(0, 5),
      );
    const asked = stems(query);
    const score = (content: string): number => asked.filter((stem) => stems(content).includes(stem)).length;
    const rows = [...this.memories]
      .map(([id, content]) => ({ id, content, score: score(content) }))
      .filter((row) => row.score > 0)
      .sort((a, b) => b.score - a.score);
    return rows.length === 0
      ? "Nothing is remembered about this."
      : rows.map((row) => `${row.id}: ${row.content}`).join("\n");
  }
}
