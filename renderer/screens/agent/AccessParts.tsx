import { useState } from "react";
import type { SyscallDetail } from "../../../shared/agent-detail.ts";
import type { AgentView } from "../../../shared/state.ts";
import type { ContextMark, PrivateSource, TaintSource } from "../../../shared/taint.ts";
import { sourceText } from "../../../shared/taint.ts";
import { Badge } from "../../components/Badge.tsx";
import { Button } from "../../components/Button.tsx";
import { ConfirmDialog } from "../../components/Dialog.tsx";
import { routeHash } from "../../routes.ts";
import { useRequest, useSystem } from "../../store.tsx";
import { VisibleText } from "../inbox/VisibleText.tsx";
import { Part } from "./Part.tsx";
import { refusedByMarks } from "./refused-by-marks.ts";
import styles from "./SidePanel.module.css";

/** What the agent was allowed for longer than one call. */
export function Grants({ agent }: { readonly agent: AgentView }) {
  const request = useRequest();
  const grants = useSystem((system) =>
    [...system.grants.values()].filter((grant) => grant.agentId === agent.id),
  );
  return (
    <Part title="Allowed for this run">
      {grants.length === 0 ? (
        <p className="soft">Nothing beyond single calls.</p>
      ) : (
        <ul className={styles.list}>
          {grants.map((grant) => (
            <li key={grant.id} className={styles.grant}>
              <span>
                <VisibleText text={grant.text} />
              </span>
              <Button
                size="small"
                aria-label={`Revoke ${grant.id}: ${grant.text}`}
                onClick={() => void request("grants.revoke", { grantId: grant.id })}
              >
                Revoke
              </Button>
            </li>
          ))}
        </ul>
      )}
    </Part>
  );
}

/** The privilege groups whose ceiling is over the agent. A name without a group gives it nothing. */
export function Groups({ agent }: { readonly agent: AgentView }) {
  const groups = useSystem((system) => agent.groups.map((name) => system.groups.get(name) ?? name));
  return (
    <Part title="Privilege groups">
      {groups.length === 0 ? (
        <p className="soft">None: it may do nothing that has an effect.</p>
      ) : (
        <ul className={styles.list}>
          {groups.map((group) => (
            <li key={typeof group === "string" ? group : group.name} className={styles.group}>
              {typeof group === "string" ? (
                <>
                  <span className="mono">{group}</span> <span className="soft">no such group</span>
                </>
              ) : (
                <>
                  <a href={routeHash({ screen: "access", tab: "groups" })}>{group.title}</a>
                  <span className="soft">
                    {group.effects.length === 0 ? "no effects" : group.effects.join(", ")}
                  </span>
                </>
              )}
            </li>
          ))}
        </ul>
      )}
    </Part>
  );
}

type Kind = ContextMark["type"];

const KINDS: readonly Kind[] = ["taint", "private"];

const WORDS: Readonly<
  Record<Kind, { readonly title: string; readonly badge: string; readonly means: string }>
> = {
  taint: {
    title: "outside text",
    badge: "Outside text",
    means:
      "You take responsibility for what the text from outside says: what this agent does next is no longer asked about because of it. Text that it reads from outside later marks it again.",
  },
  private: {
    title: "private data",
    badge: "Private data",
    means:
      "You say that what this agent has read of your files and memory may leave this machine: sending it elsewhere is no longer refused because of it. Private data that it reads later marks it again.",
  },
};

interface ContextMarksProps {
  readonly agent: AgentView;
  /** With the calls that brought them. */
  readonly marks: readonly ContextMark[];
  readonly calls: readonly SyscallDetail[];
}

/** What the context holds that bears on what the agent may do, and the way to take responsibility for it. */
export function ContextMarks({ agent, marks, calls }: ContextMarksProps) {
  const request = useRequest();
  const [asking, setAsking] = useState<Kind | null>(null);
  const kinds = KINDS.filter((kind) => agent.marks[kind].length > 0);
  return (
    <Part title="Context marks">
      {kinds.length === 0 && <p className="soft">No text from outside, no private data.</p>}
      {kinds.map((kind) => (
        <div key={kind} className={styles.mark}>
          <div className={styles.markHead}>
            <Badge tone={kind === "taint" ? "warning" : "accent"}>{WORDS[kind].badge}</Badge>
            {/* One that is done can go on with a message, and what it holds is still there. */}
            {(agent.ending === null || agent.ending === "done") && (
              <Button
                size="small"
                aria-label={`Declassify ${WORDS[kind].title}`}
                onClick={() => setAsking(kind)}
              >
                Declassify…
              </Button>
            )}
          </div>
          <ul>
            {agent.marks[kind].map((source) => (
              <li key={sourceText(source)} className={styles.source}>
                <span>
                  <VisibleText text={sourceText(source)} />
                </span>
                <BroughtBy kind={kind} source={source} marks={marks} />
              </li>
            ))}
          </ul>
        </div>
      ))}
      {agent.marks.taint.length > 0 && <Refused calls={refusedByMarks(calls)} />}
      <ConfirmDialog
        open={asking !== null}
        onOpenChange={(open) => {
          if (!open) setAsking(null);
        }}
        title={`Declassify the ${asking ? WORDS[asking].title : ""} of ${agent.id}?`}
        description={asking ? WORDS[asking].means : ""}
        confirm="Declassify"
        onConfirm={() => {
          if (asking) void request("agents.declassify", { agentId: agent.id, what: asking });
        }}
      />
    </Part>
  );
}

/** What the agent could not do because of its marks, and the way out. */
function Refused({ calls }: { readonly calls: readonly SyscallDetail[] }) {
  const tools = calls.flatMap(({ call }) => (call.kind === "llm" ? [] : [call.tool]));
  if (tools.length === 0) return null;
  return (
    <p className={styles.refused}>
      Refused because of these marks: <span className="mono">{tools.join(", ")}</span>. Declassify what you
      take responsibility for, then tell the agent to go on.
    </p>
  );
}

interface BroughtByProps {
  readonly kind: Kind;
  readonly source: TaintSource | PrivateSource;
  readonly marks: readonly ContextMark[];
}

/** The call that brought a source; nothing where that is not known any more. */
function BroughtBy({ kind, source, marks }: BroughtByProps) {
  const mark = marks.find((each) => each.type === kind && sourceText(each.source) === sourceText(source));
  if (!mark) return null;
  return mark.syscallId === null ? (
    <span className="faint">by message</span>
  ) : (
    <span className="mono faint">{mark.syscallId}</span>
  );
}
