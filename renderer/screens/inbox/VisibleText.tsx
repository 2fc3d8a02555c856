import styles from "./VisibleText.module.css";
import { visiblePieces } from "./visible-text.ts";

/** A text letter by letter: characters that hide or reorder others stand there by name. Breaks lines as it must. */
export function VisibleText({ text }: { readonly text: string }) {
  let offset = 0;
  return (
    <bdi dir="ltr" className={styles.text}>
      {visiblePieces(text).map((piece) => {
        const key = offset;
        offset += piece.type === "text" ? piece.text.length : 1;
        return piece.type === "text" ? (
          <bdi key={key}>{piece.text}</bdi>
        ) : (
          <span key={key} className={styles.mark} title={piece.title}>
            {piece.label}
          </span>
        );
      })}
    </bdi>
  );
}
