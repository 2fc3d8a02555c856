import type { ToolView } from "../../../shared/contract-tools.ts";
import type { ServerInfo, ToolDefinition } from "../../../shared/servers.ts";
import { serverToolName } from "../../../shared/servers.ts";
import { Badge } from "../../components/Badge.tsx";
import { Disclosure } from "../../components/Disclosure.tsx";
import { formatCount, formatDuration } from "../../format.ts";
import { routeHash } from "../../routes.ts";
import { useSystem } from "../../store.tsx";
import { TextBlock } from "../inbox/TextBlock.tsx";
import { VisibleText } from "../inbox/VisibleText.tsx";
import { Part } from "./Part.tsx";
import { SchemaTable } from "./SchemaTable.tsx";
import styles from "./ServerTools.module.css";
import { hintsOf } from "./server-words.ts";
import { toolSums } from "./tool-sums.ts";

interface ServerToolsProps {
  readonly server: ServerInfo;
  /** Its tools as agents are offered them. */
  readonly offered: readonly ToolView[];
  /** `review`: every text is open, to be read before it is trusted. */
  readonly purpose: "review" | "use";
}

/** The tools of a server in its own words, whole. */
export function ServerTools({ server, offered, purpose }: ServerToolsProps) {
  const { tools } = server;
  return (
    <Part title="Tools" note={tools !== null && `${formatCount(tools.length)}, in the server's own words`}>
      {tools === null ? (
        <p className="soft">
          Nobody has read them yet: the server was never started. Nothing of it runs until you say so.
        </p>
      ) : tools.length === 0 ? (
        <p className="soft">It offers no tools.</p>
      ) : (
        <ul className={styles.tools} aria-label={`Tools of ${server.name}`}>
          {tools.map((tool) => (
            <li key={tool.name} className={styles.tool}>
              <Tool server={server} offered={offered} tool={tool} purpose={purpose} />
            </li>
          ))}
        </ul>
      )}
    </Part>
  );
}

interface ToolProps extends ServerToolsProps {
  readonly tool: ToolDefinition;
}

function Tool({ server, offered, tool, purpose }: ToolProps) {
  const off = server.options.disabledTools.includes(tool.name);
  const full = serverToolName(server.name, tool.name);
  const summary = (
    <span className={styles.summary}>
      <code className={styles.name}>
        <VisibleText text={tool.name} />
      </code>
      {tool.title !== null && tool.title !== tool.name && (
        <span className="soft">
          <VisibleText text={tool.title} />
        </span>
      )}
      {off && <Badge>not offered</Badge>}
      <Badge
        tone={tool.annotations.readOnly ? "neutral" : tool.annotations.destructive ? "danger" : "warning"}
      >
        {hintsOf(tool).join(", ")}
      </Badge>
      <Figures tool={full} />
    </span>
  );
  return (
    <Disclosure summary={summary} first={purpose === "review" ? "open" : "folded"}>
      <div className={styles.body}>
        <ToolText tool={tool} />
        {offered.some(({ specification }) => specification.name === full) && (
          <p>
            <a href={routeHash({ screen: "tools", shown: { type: "tool", name: full } })}>Test a call</a>
          </p>
        )}
      </div>
    </Disclosure>
  );
}

function Figures({ tool }: { readonly tool: string }) {
  const { calls, failed, meanMs } = useSystem((system) => {
    const sums = toolSums(tool, system);
    return { calls: sums.calls, failed: sums.failed, meanMs: sums.meanMs };
  });
  if (calls === 0) return null;
  return (
    <span className={styles.figures}>
      {formatCount(calls)} {calls === 1 ? "call" : "calls"}
      {failed > 0 && `, ${formatCount(failed)} failed`}
      {meanMs !== null && `, mean ${formatDuration(meanMs)}`}
    </span>
  );
}

/** All that a model is told of a tool: its description and its input, nothing hidden and nothing cut. */
export function ToolText({ tool }: { readonly tool: ToolDefinition }) {
  return (
    <>
      <p className={styles.description}>
        {tool.description === "" ? (
          <span className="faint">No description</span>
        ) : (
          <VisibleText text={tool.description} />
        )}
      </p>
      <SchemaTable schema={tool.inputSchema} />
      <Disclosure summary="The schema, word for word">
        <TextBlock text={JSON.stringify(tool.inputSchema, null, 2)} />
      </Disclosure>
    </>
  );
}
