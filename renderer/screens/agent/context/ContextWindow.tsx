import { TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import {
  CONTEXT_PARTS,
  type ContextView,
  type PartUse,
  type Truncation,
} from "../../../../shared/context.ts";
import type { AgentView } from "../../../../shared/state.ts";
import { Badge } from "../../../components/Badge.tsx";
import { SplitBar, SplitSwatch } from "../../../components/SplitBar.tsx";
import { NumberCell, Table } from "../../../components/Table.tsx";
import { formatCount, formatPercent } from "../../../format.ts";
import { CONTEXT_PART_WORDS, TOKEN_SOURCE_WORDS } from "../../../labels.ts";
import { routeHash } from "../../../routes.ts";
import { useSystem } from "../../../store.tsx";
import styles from "./ContextWindow.module.css";
import { keptText } from "./words.ts";

interface ContextWindowProps {
  readonly agent: AgentView;
  readonly view: ContextView;
}

const RESERVE = "Reserve for the answer";

/** How the context fills its window: one bar, the parts in figures, and who counted them. */
export function ContextWindow({ agent, view }: ContextWindowProps) {
  const uses = CONTEXT_PARTS.map((part) => useOf(view, part));
  const total = uses.reduce((sum, { tokens }) => sum + tokens, 0);
  const { window } = view;
  return (
    <section className={styles.window} aria-label="Window">
      {view.snapshotId === null && agent.truncation && <TruncationWarning truncation={agent.truncation} />}
      <p className={styles.total}>
        <strong className="figures">
          {view.countedBy === "estimate" && "≈ "}
          {formatCount(total)}
        </strong>{" "}
        {window ? (
          <>
            of <span className="figures">{formatCount(window.tokens)}</span> tokens{" "}
            <span className="soft figures">({formatPercent(total / window.tokens)})</span>
          </>
        ) : (
          <>
            tokens <span className="soft">in a window that is not known</span>
          </>
        )}
        {window && total > window.tokens - window.reserve && (
          <Badge tone="warning" className={styles.over}>
            {total > window.tokens ? "Larger than the window" : "Runs into the reserve"}
          </Badge>
        )}
      </p>
      <SplitBar
        parts={uses.map(({ part, tokens }) => ({ label: CONTEXT_PART_WORDS[part], value: tokens }))}
        whole={window?.tokens ?? null}
        unit="tokens"
        legend="unseen"
        {...(window ? { reserve: { label: RESERVE, value: window.reserve } } : {})}
      />
      <div className={styles.columns}>
        <PartTable uses={uses} total={total} window={window} />
        <Facts view={view} />
      </div>
    </section>
  );
}

const useOf = (view: ContextView, part: PartUse["part"]): PartUse =>
  view.parts.find((use) => use.part === part) ?? { part, tokens: 0, budget: null };

/** The server was sent more than it read. */
function TruncationWarning({ truncation }: { readonly truncation: Truncation }) {
  const name = useSystem((system) => system.cores.get(truncation.coreId)?.title ?? truncation.coreId);
  const about = truncation.countedBy === "estimate" ? "about " : "";
  return (
    <p className={styles.warning} role="note">
      <TriangleAlert size={14} aria-hidden />
      <span>
        {name} says that it read <span className="figures">{formatCount(truncation.reported)}</span> of{" "}
        {about}
        <span className="figures">{formatCount(truncation.counted)}</span> tokens: it drops the beginning.
        Raise its window in <a href={routeHash({ screen: "models" })}>Models</a>.
      </span>
    </p>
  );
}

interface PartTableProps {
  readonly uses: readonly PartUse[];
  readonly total: number;
  readonly window: ContextView["window"];
}

const COLUMNS = [
  { id: "part", label: "Part" },
  { id: "tokens", label: "Tokens", align: "number" },
  { id: "budget", label: "Budget", align: "number" },
] as const;

const count = (value: number | null) => ({ value: value === null ? "–" : formatCount(value), unit: "" });

function PartTable({ uses, total, window }: PartTableProps) {
  return (
    <Table label="Tokens of each part" columns={COLUMNS} className={styles.table}>
      {uses.map(({ part, tokens, budget }, index) => (
        <tr key={part}>
          <td>
            <SplitSwatch index={index} /> {CONTEXT_PART_WORDS[part]}
          </td>
          <NumberCell quantity={count(tokens)} />
          <NumberCell quantity={count(budget)} />
        </tr>
      ))}
      {window && (
        <>
          <tr>
            <td>
              <SplitSwatch /> {RESERVE}
            </td>
            <td />
            <NumberCell quantity={count(window.reserve)} />
          </tr>
          <tr className={styles.free}>
            <td>Free</td>
            <NumberCell quantity={count(Math.max(0, window.tokens - window.reserve - total))} />
            <td />
          </tr>
        </>
      )}
    </Table>
  );
}

function Facts({ view }: { readonly view: ContextView }) {
  const core = useSystem((system) => (view.coreId === null ? null : (system.cores.get(view.coreId) ?? null)));
  return (
    <dl className={styles.facts}>
      <Fact label="Model">
        <span className="mono">{view.model === "" ? "default" : view.model}</span>
      </Fact>
      <Fact label="Core">{core?.title ?? view.coreId ?? "not chosen yet"}</Fact>
      <Fact label="Counted by">
        {view.countedBy === "estimate" ? (
          <>
            <Badge tone="warning">Estimate</Badge> four characters a token
          </>
        ) : (
          TOKEN_SOURCE_WORDS[view.countedBy]
        )}
      </Fact>
      <Fact label="Messages">
        <span className="figures">{formatCount(view.messages.length)}</span>
      </Fact>
      {view.kept && (
        <Fact label="Model state">
          <span className="figures">{keptText(view.kept)}</span>
        </Fact>
      )}
    </dl>
  );
}

function Fact({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}
