import { useEffect, useRef } from "react";
import type { AgentManifest } from "../../../shared/manifest.ts";
import { AgentIcon } from "../agent/AgentIcon.tsx";
import styles from "./AgentChoice.module.css";

export interface AgentChoiceProps {
  readonly manifests: readonly AgentManifest[];
  readonly chosen: string;
  readonly error: string | null;
  readonly onChoose: (manifest: AgentManifest) => void;
}

/** The agents to choose from. One stop for Tab; the arrows move the choice. */
export function AgentChoice({ manifests, chosen, error, onChoose }: AgentChoiceProps) {
  const group = useRef<HTMLFieldSetElement>(null);
  useEffect(() => {
    // The dialog opened before there was anything to choose, with the focus on its first button.
    group.current?.querySelector<HTMLInputElement>("input:checked")?.focus();
  }, []);
  return (
    <fieldset ref={group} className={styles.choice}>
      <legend>Agent</legend>
      {error && (
        <p className={styles.error} role="alert">
          {error}
        </p>
      )}
      {manifests.map((manifest) => (
        <label key={manifest.name} className={styles.agent}>
          <input
            type="radio"
            name="agent"
            value={manifest.name}
            checked={manifest.name === chosen}
            onChange={() => onChoose(manifest)}
          />
          <AgentIcon name={manifest.icon} size={18} />
          <span className={styles.text}>
            <span className={styles.title}>{manifest.title}</span>
            <span className={styles.description}>{manifest.description}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
