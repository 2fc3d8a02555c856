import { ChevronLeft, ChevronRight } from "lucide-react";
import { useState } from "react";
import type { ResultId } from "../../../shared/ids.ts";
import { Button } from "../../components/Button.tsx";
import { Dialog } from "../../components/Dialog.tsx";
import { ErrorNote, Skeleton } from "../../components/Feedback.tsx";
import { scrollable } from "../../components/scrollable.ts";
import { formatCount } from "../../format.ts";
import { useLoaded } from "../../store.tsx";
import { VisibleText } from "../inbox/VisibleText.tsx";
import styles from "./ResultReader.module.css";

/** Characters of one page: drawn in a frame or two, and a few screens long. */
export const PAGE_CHARACTERS = 32_000;

export interface ResultReaderProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly resultId: ResultId;
  readonly tool: string;
}

/** A long result, page by page. */
export function ResultReader({ open, onOpenChange, resultId, tool }: ResultReaderProps) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={`The whole result of ${tool}`} width="wide">
      <Pages resultId={resultId} />
    </Dialog>
  );
}

function Pages({ resultId }: { readonly resultId: ResultId }) {
  const [offset, setOffset] = useState(0);
  const { loaded, reload } = useLoaded("results.read", { resultId, offset, limit: PAGE_CHARACTERS });
  if (loaded.status === "loading") return <Skeleton lines={6} />;
  if (loaded.status === "failed") {
    return <ErrorNote error={loaded.error} actions={<Button onClick={reload}>Try again</Button>} />;
  }
  const { text, total } = loaded.output;
  const end = offset + text.length;
  return (
    <>
      <div className={styles.bar}>
        <span className="figures soft" role="status">
          {total === 0
            ? "Empty"
            : `Characters ${formatCount(offset + 1)} to ${formatCount(end)} of ${formatCount(total)}`}
        </span>
        <Button
          size="small"
          icon={ChevronLeft}
          disabled={offset === 0}
          onClick={() => setOffset(Math.max(0, offset - PAGE_CHARACTERS))}
        >
          Previous
        </Button>
        <Button
          size="small"
          icon={ChevronRight}
          disabled={end >= total}
          onClick={() => setOffset(offset + PAGE_CHARACTERS)}
        >
          Next
        </Button>
      </div>
      <section className={styles.page} aria-label="Page of the result" {...scrollable} key={offset}>
        <pre>
          <VisibleText text={text} />
        </pre>
      </section>
    </>
  );
}
