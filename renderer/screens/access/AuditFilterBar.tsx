import { useEffect, useEffectEvent, useId, useState } from "react";
import { agentIdSchema } from "../../../shared/id-schemas.ts";
import { Field } from "../../components/Field.tsx";
import { Select, TextInput } from "../../components/inputs.tsx";
import { useSystem } from "../../store.tsx";
import styles from "./AuditFilterBar.module.css";
import type { AuditFilter } from "./use-audit.ts";
import { useSettled } from "./use-settled.ts";
import { VERDICT_LOOK, VERDICTS } from "./words.ts";

/** How long the typing must rest before it filters, in ms. */
const SETTLED_MS = 250;
/** Agents offered by name; any other can be typed. */
const AGENTS_OFFERED = 50;

interface AuditFilterBarProps {
  readonly filter: AuditFilter;
  readonly onChange: (filter: AuditFilter) => void;
}

/** Which rows are shown. */
export function AuditFilterBar({ filter, onChange }: AuditFilterBarProps) {
  const list = useId();
  const agents = useSystem((system) => [...system.agents.values()].slice(-AGENTS_OFFERED).reverse());
  const [agent, setAgent] = useTyped(filter.agentId ?? "", (text) => {
    const parsed = agentIdSchema.safeParse(text.trim());
    if (parsed.success || text.trim() === "")
      onChange({ ...filter, agentId: parsed.success ? parsed.data : null });
  });
  const [text, setText] = useTyped(filter.text, (typed) => onChange({ ...filter, text: typed.trim() }));
  const isWrong = agent.trim() !== "" && !agentIdSchema.safeParse(agent.trim()).success;
  return (
    <search className={styles.bar}>
      <Field label="Agent" className={styles.agent}>
        <TextInput
          className="mono"
          list={list}
          placeholder="a7"
          aria-invalid={isWrong || undefined}
          value={agent}
          onChange={(event) => setAgent(event.target.value)}
        />
        <datalist id={list}>
          {agents.map(({ id, title }) => (
            <option key={id} value={id}>
              {title}
            </option>
          ))}
        </datalist>
      </Field>
      <Field label="Decision" className={styles.verdict}>
        <Select
          value={filter.verdict ?? ""}
          choices={[
            { value: "", label: "Any" },
            ...VERDICTS.map((value) => ({ value, label: VERDICT_LOOK[value].word })),
          ]}
          onChoose={(verdict) => onChange({ ...filter, verdict: verdict === "" ? null : verdict })}
        />
      </Field>
      <Field label="Words" className={styles.text}>
        <TextInput
          type="search"
          maxLength={200}
          placeholder="tool, target or reason"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </Field>
    </search>
  );
}

/** A text that counts when the typing rests; follows `value` when that is set from elsewhere. */
function useTyped(value: string, onSettled: (text: string) => void) {
  const [text, setText] = useState(value);
  const [known, setKnown] = useState(value);
  if (known !== value) {
    setKnown(value);
    if (text.trim() !== value) setText(value);
  }
  const settled = useSettled(text, SETTLED_MS);
  const tell = useEffectEvent((typed: string): void => {
    if (typed === text && typed.trim() !== value) onSettled(typed);
  });
  useEffect(() => tell(settled), [settled]);
  return [text, setText] as const;
}
