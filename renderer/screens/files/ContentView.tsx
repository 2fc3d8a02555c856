import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useMemo, useRef } from "react";
import type { FileContent } from "../../../shared/files.ts";
import { classes } from "../../components/classes.ts";
import { Empty } from "../../components/Feedback.tsx";
import { scrollable } from "../../components/scrollable.ts";
import { formatBytes, formatCount } from "../../format.ts";
import { VisibleText } from "../inbox/VisibleText.tsx";
import styles from "./ContentView.module.css";
import { contentLines, shownLine } from "./content-lines.ts";

/** Height of a line in px, as in the style sheet. */
const LINE = 18;

export interface ContentViewProps {
  /** Said by screen readers. */
  readonly label: string;
  readonly content: FileContent;
  /** From 1: brought into sight and marked. */
  readonly line?: number | null;
}

/** What a file or a version holds, line by line; only the lines in sight are drawn. */
export function ContentView({ label, content, line = null }: ContentViewProps) {
  if (content.type === "binary")
    return (
      <Empty className={styles.empty}>
        {formatBytes(content.bytes)} that are no text: open the file in a program of its kind.
      </Empty>
    );
  if (content.text === "") return <Empty className={styles.empty}>The file is empty.</Empty>;
  return (
    <div className={styles.content}>
      <Lines label={label} text={content.text} line={line} />
      {content.cut === "cut" && (
        <p className={styles.cut} role="note">
          The file is too big to be shown: this is its start. It holds {formatBytes(content.bytes)}.
        </p>
      )}
    </div>
  );
}

interface LinesProps {
  readonly label: string;
  readonly text: string;
  readonly line: number | null;
}

function Lines({ label, text, line }: LinesProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const lines = useMemo(() => contentLines(text), [text]);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE,
    overscan: 20,
    useFlushSync: false,
  });
  useEffect(() => {
    if (line !== null && line <= lines.length) virtual.scrollToIndex(line - 1, { align: "center" });
  }, [line, lines.length, virtual]);
  const digits = formatCount(lines.length).length;
  return (
    <section ref={scroller} className={styles.scroller} aria-label={label} {...scrollable}>
      <div className={styles.lines} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => (
          <div
            key={item.index}
            className={classes(styles.line, line === item.index + 1 && styles.found)}
            style={{ transform: `translateY(${item.start}px)` }}
          >
            <span className={styles.number} style={{ width: `${digits + 2}ch` }}>
              {item.index + 1}
            </span>
            <span className={styles.text}>
              <VisibleText text={shownLine(lines[item.index] ?? "")} />
            </span>
          </div>
        ))}
      </div>
    </section>
  );
}
