import { KernelError } from "../../../shared/errors.ts";
import type { JsonObject } from "../../../shared/messages.ts";
import { DEFAULT_PRIORITY } from "../../../shared/settings.ts";
import type { SyscallResult } from "../../../shared/syscall.ts";
import type { SyscallOptions, SyscallOutcome } from "../syscall.ts";
import type { SyscallPath } from "../syscall-path.ts";
import type { ToolRegistry } from "./registry.ts";

export interface PersonCallParts {
  readonly path: SyscallPath;
  readonly tools: Pick<ToolRegistry, "get">;
  /** Aborts when the kernel stops. */
  readonly signal: AbortSignal;
}

/** What a syscall of the person's own has besides its call. */
export const BY_PERSON = {
  agentId: null,
  parent: null,
  priority: DEFAULT_PRIORITY,
  deadline: null,
  tokenBudget: null,
  prompt: [],
  memoryOwner: "person",
  caller: { type: "person" },
} as const satisfies Partial<SyscallOptions>;

/** A tool call of the person's, by the one path. Throws `not-found`, and `disconnected` when the kernel stops. */
export async function submitByPerson(
  { path, tools, signal }: PersonCallParts,
  name: string,
  args: JsonObject,
): Promise<SyscallOutcome> {
  const tool = tools.get(name);
  if (!tool) {
    throw new KernelError("not-found", `There is no tool ${name}`, { field: "tool", hint: "See Tools" });
  }
  const call = { kind: tool.kind, tool: name, arguments: args, toolCallId: null } as const;
  return unlessStopped(path.submit({ ...BY_PERSON, call }), signal);
}

/** The same, for what is done on a screen: its text. Throws what the call ended with. */
export async function callByPerson(parts: PersonCallParts, name: string, args: JsonObject): Promise<string> {
  const result = resultOf(await submitByPerson(parts, name, args));
  if (result.kind === "llm") throw new KernelError("internal", `${name} is no model`);
  if (result.outcome === "ok") return result.text;
  throw new KernelError("tool-failed", result.text);
}

/** The result of a call that is done. Throws what it ended with else. */
export function resultOf(outcome: SyscallOutcome): SyscallResult {
  switch (outcome.state) {
    case "done":
      return outcome.result;
    case "failed":
      throw KernelError.from(outcome.error);
    case "cancelled":
      throw new KernelError("cancelled", outcome.reason);
    case "denied":
      throw new KernelError("denied", outcome.reason);
  }
}

/** A kernel that stops ends no calls for their callers. */
export async function unlessStopped<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const stopped = Promise.withResolvers<never>();
  const stop = (): void => stopped.reject(new KernelError("disconnected", "The kernel is stopping"));
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop);
  try {
    return await Promise.race([work, stopped.promise]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
