import type { ContextView, RecallView } from "../../../../shared/context.ts";
import { Badge } from "../../../components/Badge.tsx";
import { Disclosure } from "../../../components/Disclosure.tsx";
import { formatCount, formatTime } from "../../../format.ts";
import { RecalledItems } from "../RecalledItems.tsx";
import { itemsWords } from "../recall-words.ts";
import styles from "./RecallPanel.module.css";

/** What memory put into the prompt, newest turn first, with reasons. Nothing for an agent that does not recall. */
export function RecallPanel({ view: { recalls, tools } }: { readonly view: ContextView }) {
  if (recalls.length === 0 && !tools.some(({ name }) => name === "recall")) return null;
  const items = recalls.reduce((sum, { recall }) => sum + recall.items.length, 0);
  return (
    <section className={styles.panel} aria-label="Recalled from memory">
      <header className={styles.head}>
        <h2>Recalled from memory</h2>
        {items > 0 && <Badge>{formatCount(items)}</Badge>}
      </header>
      {recalls.length === 0 && (
        <p className="soft">
          Memory put nothing into this prompt: nothing in it matched well. The agent can still look by itself.
        </p>
      )}
      {recalls.map((each, index) => (
        <Disclosure
          key={each.seq}
          className={styles.turn}
          first={index === 0 ? "open" : "folded"}
          summary={<Summary view={each} />}
        >
          <RecalledItems recall={each.recall} />
        </Disclosure>
      ))}
    </section>
  );
}

const SHOWN_WORDS = { cut: "Cut", "taken-out": "Taken out since" } as const satisfies Record<
  Exclude<RecallView["shown"], "whole">,
  string
>;

const Summary = ({ view: { at, recall, shown } }: { readonly view: RecallView }) => (
  <span className={styles.summary}>
    <span>{itemsWords(recall.items.length)} for</span>
    <q className={styles.query}>{recall.query}</q>
    {shown !== "whole" && <Badge tone="warning">{SHOWN_WORDS[shown]}</Badge>}
    <time className={styles.time} dateTime={new Date(at).toISOString()}>
      {formatTime(at)}
    </time>
  </span>
);
