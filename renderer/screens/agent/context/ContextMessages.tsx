import { FoldVertical, type LucideIcon, Scissors, SquareDashed } from "lucide-react";
import { memo } from "react";
import {
  CONTEXT_PARTS,
  type CompactionView,
  type ContextMessage,
  type ContextPart,
  type ContextView,
} from "../../../../shared/context.ts";
import { estimateTokens } from "../../../../shared/messages.ts";
import { Badge } from "../../../components/Badge.tsx";
import { Button } from "../../../components/Button.tsx";
import { CONTEXT_PART_WORDS } from "../../../labels.ts";
import { TextBlock } from "../../inbox/TextBlock.tsx";
import { Entry, Part, ToolEntry } from "../PromptMessages.tsx";
import styles from "./ContextMessages.module.css";
import { SHAPE_WORDS } from "./words.ts";

interface ContextMessagesProps {
  readonly view: ContextView;
  readonly onCompaction: (compaction: CompactionView) => void;
}

interface Placed {
  readonly entry: ContextMessage;
  /** Position in the prompt, from 1. */
  readonly position: number;
}

/** The exact prompt in its parts, each message word for word; what is empty and has no budget is left out. */
export function ContextMessages({ view, onCompaction }: ContextMessagesProps) {
  const placed = view.messages.map((entry, index): Placed => ({ entry, position: index + 1 }));
  return (
    <div className={styles.messages}>
      {CONTEXT_PARTS.map((part) => (
        <ContextPartView
          key={part}
          part={part}
          view={view}
          placed={placed.filter(({ entry }) => entry.part === part)}
          onCompaction={onCompaction}
        />
      ))}
    </div>
  );
}

interface ContextPartViewProps extends ContextMessagesProps {
  readonly part: ContextPart;
  readonly placed: readonly Placed[];
}

function ContextPartView({ part, view, placed, onCompaction }: ContextPartViewProps) {
  const tokens = view.parts.find((use) => use.part === part)?.tokens ?? 0;
  const title = CONTEXT_PART_WORDS[part];
  if (part === "partial") {
    if (view.partial === null) return null;
    return (
      <Part title={title} tokens={tokens}>
        {[
          <div key="partial" className={styles.partial}>
            <p>
              <Badge tone="warning">Not finished</Badge>{" "}
              <span className="soft">The answer had begun when this was looked at.</span>
            </p>
            {view.partial === "" ? <p className="soft">No word yet.</p> : <TextBlock text={view.partial} />}
          </div>,
        ]}
      </Part>
    );
  }
  if (part === "tools") {
    return (
      <Part title={title} tokens={tokens}>
        {view.tools.map((tool) => (
          <ToolEntry key={tool.name} tool={tool} tokens={estimateTokens(JSON.stringify(tool))} />
        ))}
      </Part>
    );
  }
  if (part === "memory" && placed.length === 0) return null;
  return (
    <Part title={title} tokens={tokens}>
      {placed.map(({ entry, position }) => {
        const compaction = entry.shape === "whole" ? null : compactionOf(entry, view.compactions);
        return (
          <MessageEntry
            key={position}
            entry={entry}
            position={position}
            compaction={compaction}
            onCompaction={onCompaction}
          />
        );
      })}
    </Part>
  );
}

interface MessageEntryProps extends Placed {
  readonly compaction: CompactionView | null;
  readonly onCompaction: (compaction: CompactionView) => void;
}

const MessageEntry = memo(function MessageEntry(props: MessageEntryProps) {
  const { entry, position, compaction, onCompaction } = props;
  return (
    <Entry
      entry={{ message: entry.message, position, tokens: entry.tokens }}
      mark={
        <>
          <ShapeMark shape={entry.shape} />
          {compaction && (
            <Button
              size="small"
              variant="quiet"
              className={styles.open}
              onClick={() => onCompaction(compaction)}
            >
              Before and after
            </Button>
          )}
        </>
      }
    />
  );
}, isSameEntry);

/** The same context is fetched again and again; what did not change is not drawn again. */
function isSameEntry(one: MessageEntryProps, other: MessageEntryProps): boolean {
  return (
    one.position === other.position &&
    one.compaction?.seq === other.compaction?.seq &&
    JSON.stringify(one.entry) === JSON.stringify(other.entry)
  );
}

const SHAPE_ICONS: Record<keyof typeof SHAPE_WORDS, LucideIcon> = {
  "result-removed": SquareDashed,
  cut: Scissors,
  summary: FoldVertical,
};

/** What a compaction made of a message, as a shape and a word; nothing for one that is whole. */
export function ShapeMark({ shape }: { readonly shape: ContextMessage["shape"] }) {
  if (shape === "whole") return null;
  const Icon = SHAPE_ICONS[shape];
  return (
    <Badge tone={shape === "summary" ? "accent" : "warning"}>
      <Icon size={12} aria-hidden />
      {SHAPE_WORDS[shape]}
    </Badge>
  );
}

/** The compaction that a summary came from: the newest in force whose text it holds. null where none is known. */
function compactionOf(
  { message, shape }: ContextMessage,
  compactions: readonly CompactionView[],
): CompactionView | null {
  if (shape !== "summary") return null;
  const inForce = compactions
    .filter(({ state }) => state === "in-force")
    .sort((one, other) => other.seq - one.seq);
  const holds = ({ reductions }: CompactionView, exact: "its-text" | "any"): boolean =>
    reductions.some(
      (reduction) =>
        reduction.type === "summary" && (exact === "any" || message.content.includes(reduction.text)),
    );
  return (
    inForce.find((each) => holds(each, "its-text")) ?? inForce.find((each) => holds(each, "any")) ?? null
  );
}
