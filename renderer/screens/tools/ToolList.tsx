import type { KeyboardEvent, ReactNode } from "react";
import type { ToolView } from "../../../shared/contract-tools.ts";
import type { ServerInfo } from "../../../shared/servers.ts";
import { Button } from "../../components/Button.tsx";
import { classes } from "../../components/classes.ts";
import { ErrorNote, Skeleton } from "../../components/Feedback.tsx";
import { StateMark } from "../../components/StateMark.tsx";
import { durationQuantity, formatCount } from "../../format.ts";
import { useDataNow, useLive, useLiveStore, useNavigation } from "../../store.tsx";
import { serverLook } from "./server-words.ts";
import styles from "./ToolList.module.css";
import {
  type LiveCounts,
  liveCounts,
  serverCounts,
  serverSums,
  type ToolSums,
  toolSums,
} from "./tool-sums.ts";
import type { ShownThing, ToolsLoaded } from "./use-shown.ts";

interface ToolListProps {
  readonly tools: ToolsLoaded;
  readonly shown: ShownThing | null;
}

const NONE: LiveCounts = { running: 0, waiting: 0 };

/** Built-in tools and servers, each with its state and the figures of its ended calls. */
export function ToolList({ tools: { loaded, reload }, shown }: ToolListProps) {
  const live = useLiveStore();
  useLive((state) => state.version);
  const now = useDataNow();
  const { system } = live.store.getState();
  const counts = liveCounts(system);
  const servers = [...system.servers.values()];
  const builtIn =
    loaded.status === "ready" ? loaded.output.tools.filter(({ server }) => server === null) : [];
  const ownServer = serverOf(shown, loaded.status === "ready" ? loaded.output.tools : []);
  const stop = stopOf(shown, ownServer, builtIn, servers);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the arrows only move the focus among the buttons inside
    <div onKeyDown={moveFocus} className={styles.groups}>
      <Group title="Built-in tools">
        {loaded.status === "loading" && <Skeleton lines={6} />}
        {loaded.status === "failed" && (
          <ErrorNote
            className={styles.note}
            error={loaded.error}
            actions={
              <Button size="small" onClick={reload}>
                Try again
              </Button>
            }
          />
        )}
        <ul aria-label="Built-in tools">
          {builtIn.map(({ specification: { name } }) => (
            <li key={name}>
              <Row
                thing={{ type: "tool", name }}
                current={shown?.type === "tool" && shown.name === name ? "yes" : "no"}
                stop={stop === `tool ${name}` ? "yes" : "no"}
                mark={<CallsMark counts={counts.get(name) ?? NONE} />}
                counts={counts.get(name) ?? NONE}
                sums={toolSums(name, system)}
              />
            </li>
          ))}
        </ul>
      </Group>
      <Group title="Servers">
        {servers.length === 0 ? (
          <NoServer />
        ) : (
          <ul aria-label="Servers">
            {servers.map((server) => (
              <li key={server.name}>
                <Row
                  thing={{ type: "server", name: server.name }}
                  current={ownServer === server.name ? "yes" : "no"}
                  stop={stop === `server ${server.name}` ? "yes" : "no"}
                  mark={<ServerMark server={server} now={now} />}
                  word={rowWord(server, now)}
                  counts={serverCounts(server.name, counts)}
                  sums={serverSums(server.name, system)}
                />
              </li>
            ))}
          </ul>
        )}
      </Group>
    </div>
  );
}

/** The server that is shown, or whose tool is. */
function serverOf(shown: ShownThing | null, tools: readonly ToolView[]): string | null {
  if (shown?.type === "server") return shown.name;
  return tools.find(({ specification }) => specification.name === shown?.name)?.server ?? null;
}

/** The one row that Tab stops at; the arrows reach the others. */
function stopOf(
  shown: ShownThing | null,
  server: string | null,
  tools: readonly ToolView[],
  servers: readonly ServerInfo[],
): string {
  if (server !== null && servers.some(({ name }) => name === server)) return `server ${server}`;
  const [first] = tools;
  const tool = tools.find(({ specification }) => specification.name === shown?.name) ?? first;
  return tool ? `tool ${tool.specification.name}` : `server ${servers[0]?.name ?? ""}`;
}

function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  const rows = [...event.currentTarget.querySelectorAll<Element>("li button")];
  const at = document.activeElement ? rows.indexOf(document.activeElement) : -1;
  if (at < 0) return;
  event.preventDefault();
  const next = rows[at + step];
  if (next instanceof HTMLElement) next.focus();
}

function Group({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section>
      <div className={styles.heading}>
        <h2>{title}</h2>
        <span aria-hidden="true">Calls</span>
        <span aria-hidden="true">Failed</span>
        <span aria-hidden="true">Mean</span>
      </div>
      {children}
    </section>
  );
}

interface RowProps {
  readonly thing: ShownThing;
  readonly current: "yes" | "no";
  readonly stop: "yes" | "no";
  readonly mark: ReactNode;
  /** A server's status; a tool says how many calls of it run and wait. */
  readonly word?: string;
  readonly counts: LiveCounts;
  readonly sums: ToolSums;
}

function Row({ thing, current, stop, mark, word, counts, sums }: RowProps) {
  const { go } = useNavigation();
  const mean = sums.meanMs === null ? null : durationQuantity(sums.meanMs);
  const now = [...(word === undefined ? [] : [word]), ...liveWords(counts)].join(", ");
  return (
    <button
      type="button"
      className={styles.row}
      aria-current={current === "yes" || undefined}
      tabIndex={stop === "yes" ? 0 : -1}
      onClick={() => go({ screen: "tools", shown: thing })}
    >
      <span className={styles.mark}>{mark}</span>
      <span className={styles.name}>
        <span className={classes("mono", styles.tool)}>{thing.name}</span>
        {now !== "" && (
          <span className={styles.now} title={now}>
            {now}
          </span>
        )}
      </span>
      <span className={styles.figure}>
        {sums.calls === 0 ? <span className="faint">–</span> : formatCount(sums.calls)}
        <span className="unseen"> calls</span>
      </span>
      <span className={classes(styles.figure, sums.failed > 0 && styles.failed)}>
        {sums.calls === 0 ? <span className="faint">–</span> : formatCount(sums.failed)}
        <span className="unseen"> failed</span>
      </span>
      <span className={styles.figure}>
        {mean ? `${mean.value}${mean.unit && ` ${mean.unit}`}` : <span className="faint">–</span>}
        <span className="unseen"> mean time</span>
      </span>
    </button>
  );
}

const liveWords = ({ running, waiting }: LiveCounts): readonly string[] => [
  ...(running > 0 ? [`${running} running`] : []),
  ...(waiting > 0 ? [`${waiting} waiting`] : []),
];

/** Of a ready server the mark says enough; a countdown needs little room. */
function rowWord(server: ServerInfo, now: number): string | undefined {
  const look = serverLook(server, now);
  if (server.status.type === "ready") return undefined;
  return look.word.replace("Restarting in", "Back in");
}

function CallsMark({ counts }: { readonly counts: LiveCounts }) {
  if (counts.running > 0) return <StateMark state="running" word="Busy:" show="shape" />;
  if (counts.waiting > 0) return <StateMark state="queued" word="Busy:" show="shape" />;
  return <span className={styles.idle} />;
}

function ServerMark({ server, now }: { readonly server: ServerInfo; readonly now: number }) {
  const look = serverLook(server, now);
  const mark = <StateMark state={look.state} word={look.word} show="shape" />;
  return server.status.type === "ready" ? (
    mark
  ) : (
    <span aria-hidden="true" className={styles.mark}>
      {mark}
    </span>
  );
}

function NoServer() {
  const { go } = useNavigation();
  return (
    <div className={styles.none}>
      <p>No MCP server has been added yet.</p>
      <Button size="small" onClick={() => go({ screen: "tools", shown: { type: "import" } })}>
        Import from another app
      </Button>
    </div>
  );
}
