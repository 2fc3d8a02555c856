import { useEffect, useRef } from "react";
import { Select, TextInput } from "../../components/inputs.tsx";
import { formatCount } from "../../format.ts";
import { takesText } from "../../frame/shortcuts.ts";
import { AGENT_PHASES, type AgentPhase } from "../../selectors.ts";
import { useSystem } from "../../store.tsx";
import styles from "./AgentTable.module.css";
import type { RowFilter } from "./agent-rows.ts";

const PHASE_WORDS: Record<AgentPhase, string> = {
  asking: "Asks you",
  running: "Running",
  ready: "Ready",
  blocked: "Blocked",
  paused: "Paused",
  done: "Done",
  failed: "Failed",
  cancelled: "Cancelled",
};

const PHASES: readonly { readonly value: RowFilter["phase"]; readonly label: string }[] = [
  { value: "any", label: "Any state" },
  ...AGENT_PHASES.map((value) => ({ value, label: PHASE_WORDS[value] })),
];

const LIVES: readonly { readonly value: RowFilter["life"]; readonly label: string }[] = [
  { value: "all", label: "All" },
  { value: "live", label: "Live" },
  { value: "ended", label: "Ended" },
];

export interface FilterBarProps {
  readonly filter: RowFilter;
  readonly onChange: (filter: RowFilter) => void;
  readonly shown: number;
  /** `here`: the order is held. */
  readonly order: "here" | "elsewhere";
}

/** Which agents the table shows. `/` goes to the box, Escape empties it. */
export function FilterBar({ filter, onChange, shown, order }: FilterBarProps) {
  const box = useRef<HTMLInputElement>(null);
  const all = useSystem((system) => system.agents.size);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key !== "/" || event.ctrlKey || event.metaKey || takesText(event.target)) return;
      event.preventDefault();
      box.current?.focus();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, []);
  return (
    <div className={styles.filters}>
      <TextInput
        ref={box}
        size="small"
        type="search"
        className={styles.search}
        aria-label="Filter agents"
        placeholder="Filter by id, agent or task  ( / )"
        value={filter.text}
        onChange={(event) => onChange({ ...filter, text: event.target.value })}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          onChange({ ...filter, text: "" });
          box.current?.blur();
        }}
      />
      <Select
        size="small"
        className={styles.state}
        aria-label="State"
        value={filter.phase}
        choices={PHASES}
        onChoose={(phase) => onChange({ ...filter, phase })}
      />
      <fieldset className={styles.lives}>
        <legend className="unseen">Life</legend>
        {LIVES.map((life) => (
          <button
            key={life.value}
            type="button"
            className={styles.life}
            aria-pressed={filter.life === life.value}
            onClick={() => onChange({ ...filter, life: life.value })}
          >
            {life.label}
          </button>
        ))}
      </fieldset>
      <span className={styles.count}>
        {order === "here" && <span className="faint">Order held · </span>}
        {shown === all ? `${formatCount(all)} agents` : `${formatCount(shown)} of ${formatCount(all)} agents`}
      </span>
    </div>
  );
}
