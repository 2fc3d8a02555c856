import { useEffect, useRef } from "react";
import { scrollable } from "../../components/scrollable.ts";
import { formatCount } from "../../format.ts";
import { VisibleText } from "../inbox/VisibleText.tsx";
import styles from "./StreamedOutput.module.css";

/** The end of an output that is drawn, in characters: more than the block shows, and quick to draw at each frame. */
const DRAWN_CHARACTERS = 8_000;
/** How near the end, in px, the reader counts as being there. */
const AT_END_PX = 16;

/** The end of a text worth drawing while it grows, cut at a line where there is one. */
export function streamEnd(text: string): string {
  if (text.length <= DRAWN_CHARACTERS) return text;
  const end = text.slice(-DRAWN_CHARACTERS).toWellFormed();
  const line = end.indexOf("\n");
  return line < 0 || line > DRAWN_CHARACTERS / 2 ? end : end.slice(line + 1);
}

export interface StreamedOutputProps {
  /** Said by screen readers, such as "Output of s7". */
  readonly label: string;
  readonly text: string;
}

/** What a running call has written so far, in a block of bounded height that follows its end. */
export function StreamedOutput({ label, text }: StreamedOutputProps) {
  const block = useRef<HTMLElement>(null);
  const follows = useRef<"end" | "reader">("end");
  const shown = streamEnd(text);
  useEffect(() => {
    if (block.current && follows.current === "end") block.current.scrollTop = block.current.scrollHeight;
  }, [text]);
  return (
    <section
      ref={block}
      className={styles.block}
      aria-label={label}
      {...scrollable}
      onScroll={({ currentTarget: { scrollHeight, clientHeight, scrollTop } }) => {
        follows.current = scrollHeight - clientHeight - scrollTop > AT_END_PX ? "reader" : "end";
      }}
    >
      {shown.length < text.length && (
        <p className="faint">{formatCount(text.length - shown.length)} earlier characters</p>
      )}
      <pre>
        <VisibleText text={shown} />
      </pre>
    </section>
  );
}
