import type { ToolView } from "../../../shared/contract-tools.ts";
import { Disclosure } from "../../components/Disclosure.tsx";
import { formatAge, formatCount, formatDuration } from "../../format.ts";
import { QUEUE_WORDS } from "../../labels.ts";
import { routeHash } from "../../routes.ts";
import { useDataNow, useSystem } from "../../store.tsx";
import { TextBlock } from "../inbox/TextBlock.tsx";
import { VisibleText } from "../inbox/VisibleText.tsx";
import { Part } from "./Part.tsx";
import { QueueNow } from "./QueueNow.tsx";
import { SchemaTable } from "./SchemaTable.tsx";
import { TestCall } from "./TestCall.tsx";
import styles from "./ToolPane.module.css";
import { toolSums } from "./tool-sums.ts";

/** One tool: all that a model is told of it, what it may do, how it does, and a call by hand. */
export function ToolPane({ tool }: { readonly tool: ToolView }) {
  const { specification, server } = tool;
  return (
    <article className={styles.pane} aria-labelledby="tool-title">
      <header className={styles.head}>
        <h2 id="tool-title" className="mono">
          <VisibleText text={specification.name} />
        </h2>
        <span className="soft">
          {server === null ? (
            "built in"
          ) : (
            <>
              from the server{" "}
              <a href={routeHash({ screen: "tools", shown: { type: "server", name: server } })}>{server}</a>
            </>
          )}
        </span>
      </header>
      <p className={styles.description}>
        <VisibleText text={specification.description} />
      </p>
      <Facts tool={tool} />
      <Part title="Input">
        <SchemaTable schema={specification.parameters} />
        <Disclosure summary="The schema, word for word">
          <TextBlock text={JSON.stringify(specification.parameters, null, 2)} />
        </Disclosure>
      </Part>
      <QueueNow tool={specification.name} concurrency={tool.concurrency} />
      <Part title="Test a call">
        <TestCall tool={tool} />
      </Part>
    </article>
  );
}

function Facts({ tool }: { readonly tool: ToolView }) {
  const now = useDataNow();
  const sums = useSystem((system) => {
    const { calls, failed, denied, meanMs, lastAt } = toolSums(tool.specification.name, system);
    return { calls, failed, denied, meanMs, lastAt };
  });
  return (
    <dl className={styles.facts}>
      <Fact name="Effects" wide="yes">
        {tool.effects.length === 0 ? "none outside the agent's own context" : tool.effects.join("; ")}
      </Fact>
      <Fact name="Repeatable">
        {tool.idempotent === "yes" ? "yes: the same call again changes nothing" : "no"}
      </Fact>
      <Fact name="Queue">{QUEUE_WORDS[tool.kind]}</Fact>
      <Fact name="At once">
        {tool.concurrency === 1 ? "one call; others wait" : `${formatCount(tool.concurrency)} calls`}
      </Fact>
      <Fact name="Time limit">{formatDuration(tool.timeoutMs)}</Fact>
      <Fact name="Calls">
        {sums.calls === 0
          ? "none yet"
          : `${formatCount(sums.calls)}: ${formatCount(sums.failed)} failed, ${formatCount(sums.denied)} denied`}
      </Fact>
      <Fact name="Mean time">
        {sums.meanMs === null || sums.lastAt === null
          ? "–"
          : `${formatDuration(sums.meanMs)}, last ${formatAge(now - sums.lastAt)}`}
      </Fact>
    </dl>
  );
}

interface FactProps {
  readonly name: string;
  readonly wide?: "yes";
  readonly children: string;
}

const Fact = ({ name, wide, children }: FactProps) => (
  <>
    <dt>{name}</dt>
    <dd className={wide === "yes" ? styles.wide : undefined}>{children}</dd>
  </>
);
