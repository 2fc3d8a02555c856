import type { CompactionDetail, CompactionView, ContextMessage } from "../../../../shared/context.ts";
import type { AgentId } from "../../../../shared/ids.ts";
import { Badge } from "../../../components/Badge.tsx";
import { Dialog } from "../../../components/Dialog.tsx";
import { scrollable } from "../../../components/scrollable.ts";
import { WhenLoaded } from "../../../components/WhenLoaded.tsx";
import { formatCount } from "../../../format.ts";
import { useLoaded } from "../../../store.tsx";
import { Entry } from "../PromptMessages.tsx";
import styles from "./CompactionDialog.module.css";
import { ShapeMark } from "./ContextMessages.tsx";
import { COMPACTION_CAUSE_WORDS } from "./words.ts";

interface CompactionDialogProps {
  readonly agentId: AgentId;
  readonly compaction: CompactionView;
  readonly onClose: () => void;
}

/** The messages that a compaction changed, and what stands in their place, side by side. */
export function CompactionDialog({ agentId, compaction, onClose }: CompactionDialogProps) {
  const { loaded, reload } = useLoaded("context.compaction", { agentId, seq: compaction.seq });
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title="Before and after"
      width="wide"
      description={
        <>
          {COMPACTION_CAUSE_WORDS[compaction.cause]}: {formatCount(compaction.tokensBefore)} to{" "}
          {formatCount(compaction.tokensAfter)} tokens in all.{" "}
          {compaction.state === "undone" && <Badge>Undone</Badge>}
        </>
      }
    >
      <WhenLoaded loaded={loaded} reload={reload} lines={6}>
        {(output) => <Columns detail={output} />}
      </WhenLoaded>
    </Dialog>
  );
}

function Columns({ detail: { before, after } }: { readonly detail: CompactionDetail }) {
  return (
    <div className={styles.columns}>
      <Column title="Before" messages={before} />
      <Column title="After" messages={after} />
    </div>
  );
}

interface ColumnProps {
  readonly title: string;
  readonly messages: readonly ContextMessage[];
}

function Column({ title, messages }: ColumnProps) {
  const tokens = messages.reduce((sum, message) => sum + message.tokens, 0);
  return (
    <section className={styles.column} aria-label={title}>
      <h3>
        {title}{" "}
        <span className={styles.sum}>
          {formatCount(messages.length)} {messages.length === 1 ? "message" : "messages"},{" "}
          {formatCount(tokens)} tokens
        </span>
      </h3>
      <div className={styles.messages} {...scrollable}>
        {messages.length === 0 && <p className="soft">Nothing.</p>}
        {messages.map((entry, index) => (
          <Entry
            key={`${index}-${entry.message.role}`}
            entry={{ message: entry.message, position: index + 1, tokens: entry.tokens }}
            mark={<ShapeMark shape={entry.shape} />}
          />
        ))}
      </div>
    </section>
  );
}
