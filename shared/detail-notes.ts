import type { Compaction } from "./context.ts";
import type { EventOf, KernelEvent } from "./events.ts";

/** The line that an event leaves in a transcript of its own; null for the many that leave none. */
export function noteOf(event: KernelEvent): string | null {
  switch (event.type) {
    case "agent.reprioritised":
      return `Priority set to ${event.priority}`;
    case "agent.reopened":
      return "Goes on after its end";
    case "agent.paused":
      return "Paused";
    case "agent.resumed":
      return "Resumed";
    case "agent.recovered":
      return recoveryText(event);
    case "context.declassified":
      return event.what === "taint" ? "Outside text declassified" : "Private data declassified";
    case "context.forked":
      return `Begins with the context of ${event.from} at ${event.snapshotId}`;
    case "context.rewound":
      return `Rewound to ${event.snapshotId}; ${stayText(event.effects.length)}${childrenText(event.children?.length ?? 0)}`;
    case "context.compacted":
      return compactionText(event.compaction);
    case "context.compactionUndone":
      return "A compaction was undone: the messages are back word for word";
    case "context.truncated": {
      const { counted, reported } = event.truncation;
      return `The model's server says that it read ${figure(reported)} of about ${figure(counted)} tokens: it dropped the beginning`;
    }
    case "snapshot.taken":
      return event.label === "" ? "Snapshot taken" : `Snapshot taken: ${event.label}`;
    default:
      return null;
  }
}

const figure = (value: number): string => value.toLocaleString("en-US");

const stayText = (effects: number): string =>
  effects === 0
    ? "nothing outside was changed since"
    : `${effects} effect${effects === 1 ? "" : "s"} since then stay`;

const childrenText = (children: number): string =>
  children === 0 ? "" : `; ${children} child${children === 1 ? "" : "ren"} of the course that was left ended`;

const CAUSE_WORDS = {
  window: "its window was filling up",
  refused: "the server refused it as too long",
  person: "the person asked",
} as const satisfies Record<Compaction["cause"], string>;

const compactionText = ({ cause, tokensBefore, tokensAfter }: Compaction): string =>
  `Context made smaller since ${CAUSE_WORDS[cause]}: ${figure(tokensBefore)} to ${figure(tokensAfter)} tokens`;

const recoveryText = (event: EventOf<"agent.recovered">): string =>
  event.unknown.length === 0
    ? "Recovered after a restart"
    : `Recovered after a restart; the outcome of ${event.unknown.join(", ")} is unknown and was not run again`;
