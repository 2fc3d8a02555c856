import { Hourglass, TriangleAlert } from "lucide-react";
import { classes } from "../../components/classes.ts";
import { useDataNow } from "../../store.tsx";
import styles from "./Countdown.module.css";
import { timeLeft } from "./countdown.ts";

export interface CountdownProps {
  /** Wall time in ms. */
  readonly until: number;
  /** `figures` leaves the words to the ear. */
  readonly show?: "words-and-figures" | "figures";
}

/** How long an answer still counts. Its width does not change; below a minute it warns. */
export function Countdown({ until, show = "words-and-figures" }: CountdownProps) {
  const { text, tone } = timeLeft(until, useDataNow());
  const Icon = tone === "warning" ? TriangleAlert : Hourglass;
  return (
    <span className={classes(styles.countdown, tone === "warning" && styles.warning)} role="timer">
      <Icon size={12} aria-hidden />
      <span className={show === "figures" ? "unseen" : undefined}>expires in </span>
      <span className={styles.figures}>{text}</span>
    </span>
  );
}
