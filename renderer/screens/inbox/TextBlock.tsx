import { useState } from "react";
import { Button } from "../../components/Button.tsx";
import { formatCount } from "../../format.ts";
import styles from "./TextBlock.module.css";
import { VisibleText } from "./VisibleText.tsx";

/** Lines and characters shown before the rest is asked for. */
const FIRST_LINES = 60;
const FIRST_CHARACTERS = 8_000;

/** The start of a text that is worth showing at once, cut at a line where there is one. */
export function firstPart(text: string): string {
  const lines = text.split("\n", FIRST_LINES + 1);
  const start = lines.length > FIRST_LINES ? lines.slice(0, FIRST_LINES).join("\n") : text;
  return start.slice(0, FIRST_CHARACTERS);
}

/** A long text in monospace, word for word. What is not shown yet is counted, and one press away. */
export function TextBlock({ text }: { readonly text: string }) {
  const [shown, setShown] = useState<"first" | "all">("first");
  const start = firstPart(text);
  const rest = text.length - start.length;
  return (
    <div className={styles.block}>
      <pre className={styles.text}>
        <VisibleText text={shown === "all" ? text : start} />
      </pre>
      {rest > 0 && (
        <Button
          size="small"
          className={styles.more}
          aria-expanded={shown === "all"}
          onClick={() => setShown(shown === "all" ? "first" : "all")}
        >
          {shown === "all" ? "Show the start only" : `Show the other ${formatCount(rest)} characters`}
        </Button>
      )}
    </div>
  );
}
