import { FoldVertical } from "lucide-react";
import { toast } from "sonner";
import type { CompactionView, Summariser } from "../../../../shared/context.ts";
import type { SyscallId } from "../../../../shared/ids.ts";
import type { AgentView } from "../../../../shared/state.ts";
import { Badge } from "../../../components/Badge.tsx";
import { Button } from "../../../components/Button.tsx";
import { classes } from "../../../components/classes.ts";
import { scrollable } from "../../../components/scrollable.ts";
import { formatCount, formatTime } from "../../../format.ts";
import { useActions } from "../../../frame/actions.tsx";
import { useRequest } from "../../../store.tsx";
import styles from "./Panel.module.css";
import { COMPACTION_CAUSE_WORDS, SUMMARISER_WORDS } from "./words.ts";

interface CompactionsPanelProps {
  readonly agent: AgentView;
  /** In any order. */
  readonly compactions: readonly CompactionView[];
  readonly onOpen: (compaction: CompactionView) => void;
  readonly onCall: (id: SyscallId) => void;
  readonly onChange: () => void;
}

/** What was taken out of the context to make room, newest first: look at it, put it back, ask for more. */
export function CompactionsPanel({ agent, compactions, onOpen, onCall, onChange }: CompactionsPanelProps) {
  const request = useRequest();
  const actions = useActions();
  const undo = async (seq: CompactionView["seq"]): Promise<void> => {
    const undone = await request("context.undoCompaction", { agentId: agent.id, seq });
    if (undone) toast.success("The messages are back word for word");
    onChange();
  };
  return (
    <section className={styles.panel} aria-label="Compactions">
      <header className={styles.head}>
        <h2>Compactions</h2>
        {compactions.length > 0 && <Badge>{formatCount(compactions.length)}</Badge>}
        {agent.ending === null && (
          <Button size="small" icon={FoldVertical} onClick={() => actions.compact(agent.id)}>
            Make it smaller now
          </Button>
        )}
      </header>
      {compactions.length === 0 ? (
        <p className={styles.none}>Nothing was taken out so far.</p>
      ) : (
        <ol className={styles.entries} aria-label="Compactions, newest first" {...scrollable}>
          {compactions
            .toSorted((one, other) => other.seq - one.seq)
            .map((compaction) => (
              <li key={compaction.seq} className={styles.entry}>
                <div className={styles.line}>
                  <span className={classes(compaction.state === "undone" && styles.undone)}>
                    {COMPACTION_CAUSE_WORDS[compaction.cause]}
                  </span>
                  {compaction.state === "undone" && <Badge>Undone</Badge>}
                  <time className={styles.time} dateTime={new Date(compaction.at).toISOString()}>
                    {formatTime(compaction.at)}
                  </time>
                </div>
                <div className={classes(styles.line, "soft")}>
                  <span className="figures">
                    {formatCount(compaction.tokensBefore)} → {formatCount(compaction.tokensAfter)} tokens
                  </span>
                  <By summariser={compaction.by} onCall={onCall} />
                </div>
                <div className={styles.buttons}>
                  <Button size="small" onClick={() => onOpen(compaction)}>
                    Before and after
                  </Button>
                  {compaction.state === "in-force" && (
                    <Button size="small" onClick={() => void undo(compaction.seq)}>
                      Undo
                    </Button>
                  )}
                </div>
              </li>
            ))}
        </ol>
      )}
    </section>
  );
}

interface ByProps {
  readonly summariser: Summariser;
  readonly onCall: (id: SyscallId) => void;
}

/** What made the summary; a model is named by its syscall, which a press opens. */
export function By({ summariser, onCall }: ByProps) {
  if (summariser.type !== "model") return <span>{SUMMARISER_WORDS[summariser.type]}</span>;
  return (
    <span>
      by a model in{" "}
      <button
        type="button"
        className={classes(styles.link, "mono")}
        onClick={() => onCall(summariser.syscallId)}
      >
        {summariser.syscallId}
      </button>
    </span>
  );
}
