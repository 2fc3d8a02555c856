import { Circle, CircleDashed, type LucideIcon, OctagonAlert, TriangleAlert } from "lucide-react";
import type { Risk } from "../../../shared/permission.ts";
import { classes } from "../../components/classes.ts";
import styles from "./RiskMark.module.css";

interface Look {
  readonly icon: LucideIcon;
  readonly word: string;
  readonly tone: string | undefined;
}

const LOOK: Readonly<Record<Risk, Look>> = {
  none: { icon: CircleDashed, word: "No risk", tone: styles.none },
  low: { icon: Circle, word: "Low risk", tone: styles.low },
  medium: { icon: TriangleAlert, word: "Medium risk", tone: styles.medium },
  high: { icon: OctagonAlert, word: "High risk", tone: styles.high },
};
const UNKNOWN: Look = { icon: OctagonAlert, word: "Unknown risk, taken as high", tone: styles.high };

export interface RiskMarkProps {
  readonly risk: Risk;
  /** `shape` leaves the word to the ear and the tooltip. */
  readonly show?: "shape-and-word" | "shape";
}

/** A risk as shape, colour and word. */
export function RiskMark({ risk, show = "shape-and-word" }: RiskMarkProps) {
  const { icon: Icon, word, tone } = LOOK[risk] ?? UNKNOWN;
  return (
    <span className={classes(styles.risk, tone)} title={show === "shape" ? word : undefined}>
      <Icon size={14} aria-hidden />
      <span className={show === "shape" ? "unseen" : undefined}>{word}</span>
    </span>
  );
}
