import { SearchX } from "lucide-react";
import { type KeyboardEvent, useEffect } from "react";
import type { FileHit } from "../../../shared/files.ts";
import { Empty } from "../../components/Feedback.tsx";
import { WhenLoaded } from "../../components/WhenLoaded.tsx";
import { formatCount } from "../../format.ts";
import { useLoaded, useSystem } from "../../store.tsx";
import { VisibleText } from "../inbox/VisibleText.tsx";
import styles from "./SearchResults.module.css";
import { matchText, searchedText } from "./words.ts";

/** Hits asked for. */
const HITS = 100;

export interface SearchResultsProps {
  readonly query: string;
  /** The workspace that is searched. */
  readonly path: string;
  readonly chosen: string | null;
  readonly chosenLine: number | null;
  readonly onChoose: (hit: FileHit) => void;
}

/** What a search found, best first, with the reasons. */
export function SearchResults({ query, path, chosen, chosenLine, onChoose }: SearchResultsProps) {
  const { loaded, reload } = useLoaded("files.search", { query, path, limit: HITS });
  const phase = useSystem((system) => system.fileIndex.phase);
  // What was not read yet may be found once it has been.
  useEffect(() => {
    if (phase === "idle") reload();
  }, [phase, reload]);
  return (
    <WhenLoaded loaded={loaded} reload={reload} lines={6} className={styles.error}>
      {({ hits, searchedBy }) => (
        <>
          <p className={styles.by} role="status">
            {formatCount(hits.length)} {hits.length === 1 ? "hit" : "hits"}. {searchedText(searchedBy)}.
          </p>
          {hits.length === 0 ? (
            <Empty icon={SearchX} className={styles.none}>
              Nothing holds this. Try fewer or other words, or another workspace.
            </Empty>
          ) : (
            // biome-ignore lint/a11y/noStaticElementInteractions: the arrows only move the focus among the buttons inside
            <div className={styles.scroll} onKeyDown={moveFocus}>
              <ol aria-label="Hits">
                {hits.map((hit, index) => (
                  <li key={`${hit.path} ${hit.line} ${hit.text}`}>
                    <Hit
                      hit={hit}
                      stop={index === 0 ? "yes" : "no"}
                      current={hit.path === chosen && hit.line === chosenLine ? "yes" : "no"}
                      onChoose={() => onChoose(hit)}
                    />
                  </li>
                ))}
              </ol>
            </div>
          )}
        </>
      )}
    </WhenLoaded>
  );
}

interface HitProps {
  readonly hit: FileHit;
  /** Whether Tab stops here; the arrows reach the others. */
  readonly stop: "yes" | "no";
  readonly current: "yes" | "no";
  readonly onChoose: () => void;
}

function Hit({ hit, stop, current, onChoose }: HitProps) {
  return (
    <button
      type="button"
      className={styles.hit}
      tabIndex={stop === "yes" ? 0 : -1}
      aria-current={current === "yes" || undefined}
      onClick={onChoose}
    >
      <span className={styles.path}>
        <VisibleText text={hit.path} />
        {hit.line !== null && <span className="faint">:{formatCount(hit.line)}</span>}
      </span>
      <span className={styles.text}>
        <VisibleText text={hit.text} />
      </span>
      <span className={styles.why}>{matchText(hit.match)}</span>
    </button>
  );
}

function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  const hits = [...event.currentTarget.querySelectorAll<HTMLButtonElement>("button")];
  const at = document.activeElement instanceof HTMLButtonElement ? hits.indexOf(document.activeElement) : -1;
  const next = hits[at + step];
  if (at < 0 || !next) return;
  event.preventDefault();
  next.focus();
}
