import { assertNever } from "../../../shared/errors.ts";
import type { ServerInfo, ServerTransport, ToolDefinition, ToolEffects } from "../../../shared/servers.ts";
import type { MarkState } from "../../components/StateMark.tsx";
import { formatAge } from "../../format.ts";

export interface ServerLook {
  readonly state: MarkState;
  readonly word: string;
  /** More about it, in a few words; "" for nothing. */
  readonly more: string;
}

/** The status of a server as the screens show it. `now` is wall time in ms. */
export function serverLook({ status, trust }: Pick<ServerInfo, "status" | "trust">, now: number): ServerLook {
  switch (status.type) {
    case "disabled":
      return trust === "none"
        ? { state: "asking", word: "Not reviewed", more: "nothing of it runs" }
        : { state: "paused", word: "Disabled", more: "nothing of it runs" };
    case "starting":
      return { state: "blocked", word: "Starting", more: "" };
    case "ready":
      return {
        state: "done",
        word: "Ready",
        more: `started ${formatAge(now - status.since)}${status.pid === null ? "" : `, pid ${status.pid}`}`,
      };
    case "restarting":
      return {
        state: "blocked",
        word: `Restarting in ${Math.max(0, Math.ceil((status.until - now) / 1_000))} s`,
        more: "",
      };
    case "failed":
      return { state: "failed", word: "Failed", more: "it stays off until you start it again" };
    case "changed":
      return { state: "asking", word: "Changed", more: "off until you have looked at what changed" };
    default:
      return assertNever(status);
  }
}

/** What wants the person next with a server. */
export type ServerStep =
  /** Its tools were never read, or are not known any more. */
  | { readonly type: "read" }
  | { readonly type: "trust"; readonly digest: string; readonly again: "first" | "new-version" | "same" }
  | { readonly type: "none" };

/** The step between a server and its being used: reading its tools, then trusting exactly what was read. */
export function nextStep({ status, trust, digest, tools }: ServerInfo): ServerStep {
  if (status.type !== "disabled" && status.type !== "changed") return { type: "none" };
  if (digest === null || tools === null) return { type: "read" };
  if (status.type === "changed" || trust === "changed")
    return { type: "trust", digest, again: "new-version" };
  return { type: "trust", digest, again: trust === "trusted" ? "same" : "first" };
}

/** What a server says its tool does: hints, no promises. */
export const saysEffects = ({ annotations }: ToolDefinition): ToolEffects =>
  annotations.readOnly ? "reads" : annotations.destructive ? "changes-for-good" : "changes";

export const EFFECT_WORDS: Readonly<Record<ToolEffects, string>> = {
  reads: "reads only",
  changes: "changes things",
  "changes-for-good": "changes things for good",
};

/** The server's hints about a tool, in words. */
export function hintsOf(tool: ToolDefinition): readonly string[] {
  const { idempotent, openWorld } = tool.annotations;
  return [
    EFFECT_WORDS[saysEffects(tool)],
    ...(idempotent ? ["the same again changes nothing"] : []),
    ...(openWorld ? ["reaches outside"] : []),
  ];
}

/** How a server is reached, in one line. */
export const transportLine = (transport: ServerTransport): string =>
  transport.type === "stdio" ? [transport.command, ...transport.args].join(" ") : transport.url;

/**
 * A definition as text for a comparison: each sentence of the description on a line of its own, so that a word
 * changed in a long paragraph is found.
 */
export function definitionText(tool: ToolDefinition): string {
  const description = tool.description.replaceAll(/(?<=[.!?:])[ ]+(?=\S)/g, "\n");
  return [
    ...(tool.title === null ? [] : [`Title: ${tool.title}`]),
    "Description:",
    description,
    `Says of itself: ${hintsOf(tool).join(", ")}`,
    "Input:",
    JSON.stringify(tool.inputSchema, null, 2),
    "",
  ].join("\n");
}
