import { X } from "lucide-react";
import type { ReactNode } from "react";
import type { SyscallDetail } from "../../../shared/agent-detail.ts";
import { Button, IconButton } from "../../components/Button.tsx";
import { ErrorNote } from "../../components/Feedback.tsx";
import { StateMark } from "../../components/StateMark.tsx";
import { scrollable } from "../../components/scrollable.ts";
import { useRequest } from "../../store.tsx";
import { Arguments } from "../inbox/Arguments.tsx";
import { RiskMark } from "../inbox/RiskMark.tsx";
import { TextBlock } from "../inbox/TextBlock.tsx";
import { VisibleText } from "../inbox/VisibleText.tsx";
import { Attachments } from "./Attachments.tsx";
import { CallProgress } from "./CallProgress.tsx";
import { Continuations } from "./context/Continuations.tsx";
import { SwitchReports } from "./context/SwitchReports.tsx";
import { effectText, permissionLine, reversibleText } from "./permission-text.ts";
import { StreamedOutput } from "./StreamedOutput.tsx";
import styles from "./SyscallDetails.module.css";
import { liveness, whatOf } from "./syscall-rows.ts";
import { TurnList } from "./TurnList.tsx";

interface SyscallDetailsProps {
  readonly call: SyscallDetail;
  readonly onClose: () => void;
}

/** One syscall in full: why it ran when it did, who let it pass, what went in and what came out. */
export function SyscallDetails({ call, onClose }: SyscallDetailsProps) {
  const request = useRequest();
  return (
    <section className={styles.details} aria-label={`Details of ${call.id}`}>
      <header className={styles.head}>
        <h2>
          <span className="mono">{call.id}</span> {whatOf(call.call).name}
          {call.call.kind === "llm" && call.call.purpose === "summary" && " of the context"}
        </h2>
        <StateMark state={call.state} />
        <span className="faint">priority {call.priority}</span>
        <div className={styles.actions}>
          {liveness(call.state) === "live" && (
            <Button size="small" onClick={() => void request("syscalls.cancel", { syscallId: call.id })}>
              Cancel this call
            </Button>
          )}
          <IconButton icon={X} size="small" label="Close the details" onClick={onClose} />
        </div>
      </header>
      <div className={styles.parts} {...scrollable}>
        <Part title="Turns on a slot: why then">
          <TurnList turns={call.turns} />
        </Part>
        {call.turns.some(({ switched }) => switched) && (
          <Part title="Model state at each turn">
            <SwitchReports turns={call.turns} />
          </Part>
        )}
        {call.continuations.length > 0 && (
          <Part title="Continued">
            <Continuations continuations={call.continuations} />
          </Part>
        )}
        <Part title="Permission">
          <Permission call={call} />
        </Part>
        <Part title="Asked">
          <Input call={call} />
        </Part>
        <Part title="Came back">
          <Output call={call} />
        </Part>
      </div>
    </section>
  );
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <div className={styles.part}>
      <h3>{title}</h3>
      {children}
    </div>
  );
}

function Permission({ call }: { readonly call: SyscallDetail }) {
  const { decision } = call;
  const line = permissionLine(call);
  if (!decision || !line) return <p className="soft">Not decided yet.</p>;
  return (
    <>
      <p>
        {line.text}
        {line.reason !== "" && (
          <span className="soft">
            {": "}
            <VisibleText text={line.reason} />
          </span>
        )}
      </p>
      <RiskMark risk={decision.risk} />
      <ul>
        {decision.effects.map((effect) => (
          <li key={`${effect.type} ${effect.target}`}>
            <code>
              <VisibleText text={effectText(effect)} />
            </code>{" "}
            <span className="soft">{reversibleText(effect)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

function Input({ call: { call } }: { readonly call: SyscallDetail }) {
  if (call.kind !== "llm") return <Arguments values={call.arguments} />;
  return (
    <p className="soft">
      Model {call.model ?? "by default"};{" "}
      {call.tools.length === 0 ? "no tools" : `tools ${call.tools.join(", ")}`}
      {call.maxOutputTokens !== null && `; at most ${call.maxOutputTokens} output tokens`}. The prompt is
      under Context.
    </p>
  );
}

function Output({ call }: { readonly call: SyscallDetail }) {
  if (call.error) return <ErrorNote error={call.error} />;
  if (call.reason !== null) return <p>{call.reason}</p>;
  const { result } = call;
  if (!result) return <OutputSoFar call={call} />;
  if (result.kind === "llm") return <TextBlock text={JSON.stringify(result, null, 2)} />;
  return (
    <>
      {(result.text !== "" || !result.attachments) && <TextBlock text={result.text} />}
      <Attachments tool={whatOf(call.call).name} attachments={result.attachments ?? []} />
    </>
  );
}

function OutputSoFar({ call }: { readonly call: SyscallDetail }) {
  return (
    <>
      {call.progress && <CallProgress id={call.id} progress={call.progress} />}
      {call.partial !== "" && <StreamedOutput label={`Output of ${call.id} so far`} text={call.partial} />}
      {call.partial === "" && !call.progress && <p className="soft">Nothing yet.</p>}
    </>
  );
}
