import type { JsonObject } from "../../../shared/messages.ts";
import styles from "./Arguments.module.css";
import { argumentFields } from "./argument-fields.ts";
import { TextBlock } from "./TextBlock.tsx";
import { VisibleText } from "./VisibleText.tsx";

/** The arguments of a call, all of them, word for word. */
export function Arguments({ values }: { readonly values: JsonObject }) {
  const fields = argumentFields(values);
  if (fields.length === 0) return <p className="faint">None</p>;
  return (
    <dl className={styles.arguments}>
      {fields.map((field) => (
        <div key={field.name} className={field.show === "inline" ? styles.inline : styles.block}>
          <dt className="mono">
            <VisibleText text={field.name} />
            {field.show === "block" && (
              <span className="faint">{field.lines === 1 ? " text" : ` text, ${field.lines} lines`}</span>
            )}
          </dt>
          <dd>
            {field.show === "inline" ? (
              <code>
                <VisibleText text={field.json} />
              </code>
            ) : (
              <TextBlock text={field.show === "block" ? field.text : field.json} />
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}
