import type { SyscallDetail } from "../../../shared/agent-detail.ts";
import { type MarkState, StateMark } from "../../components/StateMark.tsx";
import { formatDuration, formatTokens } from "../../format.ts";
import { useNow } from "../../now.ts";
import styles from "./CallFacts.module.css";
import { lastTurn, liveness, suspensionText, timesOf, tokensOf } from "./syscall-rows.ts";

interface CallFactsProps {
  readonly call: SyscallDetail;
  readonly mark: MarkState;
}

/** State and figures of a call in one quiet line: as they stand while it lives, as they were once it ended. */
export function CallFacts({ call, mark }: CallFactsProps) {
  return liveness(call.state) === "live" ? (
    <LiveFacts call={call} mark={mark} />
  ) : (
    <EndFacts call={call} mark={mark} />
  );
}

function LiveFacts({ call, mark }: CallFactsProps) {
  const now = useNow();
  const suspended = call.state === "suspended" ? (lastTurn(call)?.ended?.reason ?? null) : null;
  return (
    <p className={styles.facts}>
      {mark !== "asking" && <StateMark state={mark} />}
      <span className="figures">{formatDuration(now - call.since)}</span>
      {suspended && <span>{suspensionText(suspended)}</span>}
      {call.outputTokens > 0 && <span className="figures">{formatTokens(call.outputTokens)} tok</span>}
    </p>
  );
}

function EndFacts({ call, mark }: CallFactsProps) {
  const times = timesOf(call, call.since);
  const tokens = tokensOf(call);
  return (
    <p className={styles.facts}>
      {call.state !== "done" && <StateMark state={mark} />}
      <span className="figures">waited {formatDuration(times.waitMs)}</span>
      <span className="figures">served {formatDuration(times.serviceMs)}</span>
      {call.turns.length > 1 && <span className="figures">{call.turns.length} turns</span>}
      {tokens !== null && <span className="figures">{formatTokens(tokens)} tok</span>}
      {call.result?.kind === "llm" && call.result.usage.cachedTokens !== undefined && (
        <span className="figures">{formatTokens(call.result.usage.cachedTokens)} of the prompt cached</span>
      )}
      {call.result?.kind === "llm" && <span>{call.result.model}</span>}
    </p>
  );
}
