import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { AgentDetail } from "../../../shared/agent-detail.ts";
import { Button } from "../../components/Button.tsx";
import { formatCount } from "../../format.ts";
import { Folds } from "./folds.tsx";
import styles from "./Transcript.module.css";
import { TranscriptRow } from "./TranscriptRow.tsx";

/** How near the end, in px, the reader counts as being there. */
const AT_END_PX = 32;
/** A row's height before it is measured, in px. */
const ROW_PX = 56;

/** All that was said and done, oldest first. Follows the end only while the reader is there. */
export function Transcript({ detail }: { readonly detail: AgentDetail }) {
  const body = useRef<HTMLDivElement>(null);
  // The tab's panel scrolls and takes the focus; the list inside is as long as all its rows.
  const panel = (): Element | null => body.current?.closest("[role=tabpanel]") ?? null;
  const virtualizer = useVirtualizer({
    count: detail.items.length,
    getScrollElement: panel,
    estimateSize: () => ROW_PX,
    getItemKey: (index) => detail.dropped + index,
    overscan: 8,
  });
  const { place, goToEnd } = useStickToEnd(body);

  return (
    <Folds>
      <div ref={body} className={styles.body}>
        {detail.dropped > 0 && (
          <p className={styles.dropped}>{formatCount(detail.dropped)} earlier items are only in the log.</p>
        )}
        <ol aria-label="Transcript" className={styles.list} style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map((row) => {
            const item = detail.items[row.index];
            return item ? (
              <li
                key={row.key}
                ref={virtualizer.measureElement}
                data-index={row.index}
                className={styles.item}
                style={{ transform: `translateY(${row.start}px)` }}
              >
                <TranscriptRow item={item} name={String(row.key)} />
              </li>
            ) : null;
          })}
        </ol>
        {place === "away" && (
          <div className={styles.toEnd}>
            <Button size="small" icon={ArrowDown} onClick={goToEnd}>
              Newest
            </Button>
          </div>
        )}
      </div>
    </Folds>
  );
}

/** Keeps the panel around `body` at its end while it grows, until the reader scrolls away from there. */
function useStickToEnd(body: React.RefObject<HTMLDivElement | null>) {
  const [place, setPlace] = useState<"at-end" | "away">("at-end");
  const latest = useRef(place);
  useEffect(() => {
    const inside = body.current;
    const panel = inside?.closest("[role=tabpanel]");
    if (!inside || !panel) return;
    const follow = (): void => {
      if (latest.current === "at-end") panel.scrollTop = panel.scrollHeight;
    };
    let height = panel.scrollHeight;
    const onScroll = (): void => {
      // A change of height moves the end away from the reader, not the reader from the end.
      const grew = panel.scrollHeight !== height;
      height = panel.scrollHeight;
      const away = panel.scrollHeight - panel.clientHeight - panel.scrollTop > AT_END_PX;
      if (away && grew && latest.current === "at-end") {
        follow();
        return;
      }
      latest.current = away ? "away" : "at-end";
      setPlace(latest.current);
    };
    const observer = new ResizeObserver(follow);
    observer.observe(inside);
    observer.observe(panel);
    panel.addEventListener("scroll", onScroll, { passive: true });
    follow();
    return () => {
      observer.disconnect();
      panel.removeEventListener("scroll", onScroll);
    };
  }, [body]);
  const goToEnd = (): void => {
    latest.current = "at-end";
    setPlace("at-end");
    const panel = body.current?.closest("[role=tabpanel]");
    if (panel) panel.scrollTop = panel.scrollHeight;
  };
  return { place, goToEnd };
}
