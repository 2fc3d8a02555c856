import { MARK_SOURCES_KEPT } from "../../../shared/limits.ts";
import type { Effect } from "../../../shared/permission.ts";
import type { Marks, PrivateSource, TaintSource } from "../../../shared/taint.ts";
import { describeEffects, describeSources } from "./reasons.ts";
import { serverOf } from "./targets.ts";

export interface TaintFinding {
  readonly verdict: "ask" | "deny";
  readonly reason: string;
}

/**
 * The step against injected text. Whoever wrote a page, a file or a server's answer may have meant it to steer the
 * agent that reads it, and nobody can tell by looking at the agent. What can be told is where its text came from, and
 * where its next call goes. Only calls that go out count: a command, something sent or fetched, a server told to
 * change something, and whatever nobody can foresee. A file or a memory of one's own stays inside, and a file carries
 * its mark along.
 *
 * 1. The context holds private data that did not come from the very place the call goes to: denied. This is how data
 *    is stolen, and a question would be clicked away; the person can declassify the agent first. No host and no
 *    command is ever such a place; a server is the place of what it gave.
 * 2. Nothing private is there and the call only fetches: nothing to steal and nothing to break, so no question.
 * 3. All text from outside came from the server that the call goes to: it is steered by nobody but that server, which
 *    gets back what it gave. A person who works with one server is not asked about each step.
 * 4. Everything else is asked about, with the sources named.
 *
 * A list of marks that is full may have lost the source that matters, so it stands for a source elsewhere too.
 */
export function checkTaint(effects: readonly Effect[], marks: Marks): TaintFinding | null {
  if (marks.taint.length === 0) return null;
  const outward = effects.filter(goesOut);
  const leak = outward.find((effect) => privateElsewhere(effect, marks).length > 0);
  if (leak) {
    const held = describeSources(privateElsewhere(leak, marks));
    return {
      verdict: "deny",
      reason:
        `${describeEffects([leak])}: the agent has read ${describeSources(marks.taint)}, which may steer it, ` +
        `and holds ${held}, which could leave with this call. The person can declassify the agent`,
    };
  }
  const steered = outward.filter((effect) => !isOnlyFetch(effect, marks) && taintElsewhere(effect, marks));
  if (steered.length === 0) return null;
  return {
    verdict: "ask",
    reason: `${describeEffects(steered)}: the agent has read ${describeSources(marks.taint)}, which may steer it`,
  };
}

/** The private sources in the context other than the place that the effect goes to. */
export function privateElsewhere(effect: Effect, marks: Marks): readonly PrivateSource[] {
  const place = serverOf(effect);
  if (place === null || isFull(marks.private)) return marks.private;
  return marks.private.filter((source) => !isFrom(source, place));
}

function taintElsewhere(effect: Effect, marks: Marks): boolean {
  const place = serverOf(effect);
  return place === null || isFull(marks.taint) || marks.taint.some((source) => !isFrom(source, place));
}

function goesOut(effect: Effect): boolean {
  switch (effect.type) {
    case "exec":
    case "send":
    case "net":
      return true;
    case "write":
    case "delete":
      return effect.opaque !== undefined || serverOf(effect) !== null;
    case "read":
    case "config":
    case "secret":
      return effect.opaque !== undefined;
  }
}

const isOnlyFetch = ({ type, opaque }: Effect, marks: Marks): boolean =>
  type === "net" && opaque === undefined && marks.private.length === 0;

const isFrom = (source: TaintSource | PrivateSource, server: string): boolean =>
  source.type === "server" && source.server === server;

const isFull = (sources: readonly unknown[]): boolean => sources.length >= MARK_SOURCES_KEPT;
