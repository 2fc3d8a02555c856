import { SendHorizontal } from "lucide-react";
import { type KeyboardEvent, useState } from "react";
import { TASK_CHARACTERS } from "../../../shared/contract.ts";
import type { AgentView } from "../../../shared/state.ts";
import { Button } from "../../components/Button.tsx";
import { Field } from "../../components/Field.tsx";
import { TextArea } from "../../components/inputs.tsx";
import { Kbd } from "../../components/Kbd.tsx";
import { useRequest } from "../../store.tsx";
import styles from "./Composer.module.css";
import { composerState } from "./composer-state.ts";

/** Writes to the agent. A text that could not be sent stays. */
export function Composer({ agent }: { readonly agent: AgentView }) {
  const request = useRequest();
  const [text, setText] = useState("");
  const [sending, setSending] = useState<"idle" | "sending">("idle");
  const state = composerState(agent);
  if (state.type === "closed") return <p className={styles.closed}>{state.reason}</p>;

  const isEmpty = text.trim() === "";
  const send = async (): Promise<void> => {
    if (isEmpty || sending === "sending") return;
    setSending("sending");
    const sent = await request("agents.send", { agentId: agent.id, text });
    setSending("idle");
    if (sent) setText("");
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    void send();
  };
  return (
    <form
      className={styles.composer}
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <Field label={state.label} showLabel="unseen" className={styles.field}>
        <TextArea
          className={styles.area}
          rows={1}
          value={text}
          maxLength={TASK_CHARACTERS}
          placeholder={state.label}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onKeyDown}
        />
      </Field>
      <Button type="submit" icon={SendHorizontal} disabled={isEmpty || sending === "sending"}>
        Send <Kbd keys="Mod+Enter" />
      </Button>
      <p className={styles.help}>{state.help}</p>
    </form>
  );
}
