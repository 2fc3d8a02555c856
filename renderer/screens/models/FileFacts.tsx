import type { ModelFileFacts } from "../../../shared/local-models.ts";
import { formatBytes, formatCount } from "../../format.ts";
import styles from "./FileFacts.module.css";

/** What a model file says of itself. */
export function FileFacts({ facts }: { readonly facts: ModelFileFacts }) {
  const rows = [
    { label: "Architecture", value: facts.architecture },
    { label: "Size", value: formatBytes(facts.bytes) },
    { label: "Trained window", value: `${formatCount(facts.trainedTokens)} tokens` },
    { label: "Layers", value: formatCount(facts.layers) },
    { label: "Key-value state of a token", value: formatBytes(facts.kvBytesPerToken) },
    { label: "Chat template", value: facts.chatTemplate === "present" ? "in the file" : "none in the file" },
  ];
  return (
    <section className={styles.facts} aria-label="What the file says">
      <div className={styles.names}>
        <h3>{facts.name}</h3>
        <p className="mono soft">{facts.file}</p>
      </div>
      <dl className={styles.list}>
        {rows.map(({ label, value }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {facts.chatTemplate === "missing" && (
        <p className={styles.warning}>
          It has no chat template: it may not have been trained to converse, and its answers may be poor.
        </p>
      )}
    </section>
  );
}
