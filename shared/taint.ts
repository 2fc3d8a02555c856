import type { AgentId, ServerName, SyscallId } from "./ids.ts";

/** Where text of outside origin came from: whoever wrote it may have meant it to steer the agent. */
export type TaintSource =
  | { readonly type: "web"; readonly host: string }
  | { readonly type: "server"; readonly server: ServerName; readonly tool: string }
  | { readonly type: "file"; readonly path: string }
  /** Remembered by an agent that had read `origin`, in words. */
  | { readonly type: "memory"; readonly item: string; readonly origin: string }
  /** Heard from an agent whose own context is marked. */
  | { readonly type: "agent"; readonly agentId: AgentId };

/** Whose data is in a context that must not leave unasked: the workspace, a memory, or a server that holds such data. */
export type PrivateSource =
  | { readonly type: "workspace" }
  | { readonly type: "memory" }
  | { readonly type: "server"; readonly server: ServerName };

/** One mark on an agent's context, with the call that brought it; null when it came with a message. */
export type ContextMark =
  | { readonly type: "taint"; readonly source: TaintSource; readonly syscallId: SyscallId | null }
  | { readonly type: "private"; readonly source: PrivateSource; readonly syscallId: SyscallId | null };

/** The marks of one context, each source once. At most TAINT_SOURCES_KEPT of each kind. */
export interface Marks {
  readonly taint: readonly TaintSource[];
  readonly private: readonly PrivateSource[];
}

export const NO_MARKS: Marks = { taint: [], private: [] };

/** A source in the words a person reads. */
export function sourceText(source: TaintSource | PrivateSource): string {
  switch (source.type) {
    case "web":
      return `the page at ${source.host}`;
    case "server":
      return "tool" in source
        ? `${source.tool} of the server ${source.server}`
        : `the server ${source.server}`;
    case "file":
      return `the file ${source.path}, which came from outside`;
    case "agent":
      return `agent ${source.agentId}`;
    case "workspace":
      return "files of the workspace";
    case "memory":
      return "item" in source ? `memory ${source.item}, written after reading ${source.origin}` : "memory";
  }
}

/** Adds a mark; the same object when nothing is new or there is no more room. `limit`: sources of each kind. */
export function withMark(marks: Marks, mark: ContextMark, limit: number): Marks {
  const has = (sources: readonly (TaintSource | PrivateSource)[]): boolean =>
    sources.some((each) => sourceText(each) === sourceText(mark.source));
  if (mark.type === "taint") {
    if (has(marks.taint) || marks.taint.length >= limit) return marks;
    return { ...marks, taint: [...marks.taint, mark.source] };
  }
  if (has(marks.private) || marks.private.length >= limit) return marks;
  return { ...marks, private: [...marks.private, mark.source] };
}
