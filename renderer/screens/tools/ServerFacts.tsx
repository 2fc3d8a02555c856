import { Fragment } from "react";
import type { ToolView } from "../../../shared/contract-tools.ts";
import { type ServerInfo, type ServerTransport, serverToolName } from "../../../shared/servers.ts";
import { Disclosure } from "../../components/Disclosure.tsx";
import { formatCount } from "../../format.ts";
import { routeHash } from "../../routes.ts";
import { TextBlock } from "../inbox/TextBlock.tsx";
import { VisibleText } from "../inbox/VisibleText.tsx";
import { Part } from "./Part.tsx";
import styles from "./ServerFacts.module.css";

interface ServerFactsProps {
  readonly server: ServerInfo;
  /** Its tools as agents are offered them. */
  readonly offered: readonly ToolView[];
}

/** How a server is reached, exactly: every word of the command, names of secrets, and what it calls itself. */
export function ServerFacts({ server, offered }: ServerFactsProps) {
  const { name, transport, reports, capabilities, tools } = server;
  const own = new Set((tools ?? []).map((tool) => serverToolName(name, tool.name)));
  const ours = offered.filter(({ specification }) => !own.has(specification.name));
  const offers = [
    ...(capabilities.resources ? ["resources"] : []),
    ...(capabilities.prompts ? ["prompts"] : []),
    ...(capabilities.logging ? ["a log"] : []),
  ];
  return (
    <Part title={transport.type === "stdio" ? "What is run" : "What is reached"}>
      <dl className={styles.facts}>
        <Transport transport={transport} />
        {reports && (
          <>
            <dt>Calls itself</dt>
            <dd>
              <VisibleText text={`${reports.name} ${reports.version}`} />
            </dd>
            {reports.instructions !== "" && (
              <>
                <dt>Instructions</dt>
                <dd>
                  <Disclosure summary={`${formatCount(reports.instructions.length)} characters`}>
                    <TextBlock text={reports.instructions} />
                  </Disclosure>
                </dd>
              </>
            )}
            <dt>Offers</dt>
            <dd>{offers.length === 0 ? "tools only" : `tools, ${offers.join(", ")}`}</dd>
            {(capabilities.resources || capabilities.prompts) && ours.length > 0 && (
              <>
                <dt>Reached by</dt>
                <dd className={styles.names}>
                  {ours.map(({ specification }) => (
                    <a
                      key={specification.name}
                      className="mono"
                      href={routeHash({ screen: "tools", shown: { type: "tool", name: specification.name } })}
                    >
                      {specification.name}
                    </a>
                  ))}
                </dd>
              </>
            )}
          </>
        )}
      </dl>
    </Part>
  );
}

function Transport({ transport }: { readonly transport: ServerTransport }) {
  if (transport.type === "http") {
    return (
      <>
        <dt>Address</dt>
        <dd>
          <code className={styles.word}>
            <VisibleText text={transport.url} />
          </code>
        </dd>
        <dt>Headers</dt>
        <dd>
          <Names names={transport.headerNames} />
        </dd>
      </>
    );
  }
  const words = [transport.command, ...transport.args];
  return (
    <>
      <dt>Command</dt>
      <dd>
        <ol className={styles.words} aria-label="The command and its arguments, one in a line">
          {words.map((word, index) => (
            <li key={index}>
              <code className={styles.word}>
                {word === "" ? <span className="faint">empty</span> : <VisibleText text={word} />}
              </code>
            </li>
          ))}
        </ol>
      </dd>
      <dt>Folder</dt>
      <dd>
        {transport.folder === null ? (
          "the workspace"
        ) : (
          <code className={styles.word}>
            <VisibleText text={transport.folder} />
          </code>
        )}
      </dd>
      <dt>Environment</dt>
      <dd>
        <Names names={transport.envNames} />
      </dd>
    </>
  );
}

function Names({ names }: { readonly names: readonly string[] }) {
  if (names.length === 0) return <span className="soft">nothing of yours</span>;
  return (
    <>
      {names.map((name) => (
        <Fragment key={name}>
          <code className={styles.name}>{name}</code>{" "}
        </Fragment>
      ))}
      <span className="soft">the values are kept on this machine and shown nowhere</span>
    </>
  );
}
