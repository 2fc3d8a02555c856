import type { CoreHealth } from "../../shared/cores.ts";
import { type MarkState, StateMark } from "./StateMark.tsx";

export interface HealthMarkProps {
  readonly health: CoreHealth;
  /** Wall time in ms, for the countdown of a rate limit. */
  readonly now: number;
  readonly show?: "shape-and-word" | "shape";
}

/** The health of a core as shape, colour and word; a rate limit counts down. */
export function HealthMark({ health, now, show = "shape-and-word" }: HealthMarkProps) {
  const [state, word] = look(health, now);
  return <StateMark state={state} word={word} show={show} />;
}

function look(health: CoreHealth, now: number): readonly [MarkState, string] {
  switch (health.status) {
    case "ready":
      return ["done", "Ready"];
    case "untested":
      return ["ready", "Not used yet"];
    case "rate-limited":
      return ["blocked", `Rate-limited, ${Math.max(0, Math.ceil((health.until - now) / 1_000))} s`];
    case "failing":
      return ["failed", "Failing"];
  }
}
