import type { ReactNode } from "react";
import type { SyscallState } from "../../shared/syscall.ts";
import { classes } from "./classes.ts";
import styles from "./StateMark.module.css";

/** What a mark can show: the phases of an agent and the states of a syscall share one vocabulary of shapes. */
export type MarkState =
  | "running"
  | "ready"
  | "blocked"
  | "asking"
  | "paused"
  | "done"
  | "failed"
  | "cancelled"
  | Exclude<SyscallState, "running" | "done" | "failed" | "cancelled">;

type Tone = "running" | "ready" | "blocked" | "asking" | "paused" | "done" | "failed" | "cancelled";

const stroke = { fill: "none", stroke: "currentColor", strokeWidth: 1.75, strokeLinecap: "round" } as const;

const SHAPES: Record<Tone, ReactNode> = {
  running: <path d="M3 1.5 10.5 6 3 10.5Z" fill="currentColor" />,
  ready: <circle cx="6" cy="6" r="4" {...stroke} />,
  blocked: <path d="M2.5 1.5h7L6 6l3.5 4.5h-7L6 6Z" {...stroke} strokeWidth={1.5} strokeLinejoin="round" />,
  asking: <path d="M6 .8 11.2 6 6 11.2.8 6Z" fill="currentColor" />,
  paused: <path d="M4 2v8M8 2v8" {...stroke} strokeWidth={2.25} />,
  done: <path d="m2 6.5 2.7 2.8L10 3.2" {...stroke} />,
  failed: <path d="m2.5 2.5 7 7m0-7-7 7" {...stroke} />,
  cancelled: <path d="M6 2a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM3.3 8.7l5.4-5.4" {...stroke} strokeWidth={1.5} />,
};

const LOOK: Record<MarkState, { readonly tone: Tone; readonly word: string }> = {
  running: { tone: "running", word: "Running" },
  ready: { tone: "ready", word: "Ready" },
  blocked: { tone: "blocked", word: "Blocked" },
  asking: { tone: "asking", word: "Asks you" },
  paused: { tone: "paused", word: "Paused" },
  done: { tone: "done", word: "Done" },
  failed: { tone: "failed", word: "Failed" },
  cancelled: { tone: "cancelled", word: "Cancelled" },
  created: { tone: "ready", word: "Created" },
  gated: { tone: "blocked", word: "At the gate" },
  queued: { tone: "ready", word: "Queued" },
  suspended: { tone: "blocked", word: "Suspended" },
  denied: { tone: "failed", word: "Denied" },
};

export interface StateMarkProps {
  readonly state: MarkState;
  /** The word shown instead of the usual one. */
  readonly word?: string;
  /** `shape` leaves the word to the ear and the tooltip. */
  readonly show?: "shape-and-word" | "shape";
  readonly className?: string | undefined;
}

/** A state as shape, colour and word. */
export function StateMark({ state, word, show = "shape-and-word", className }: StateMarkProps) {
  const look = LOOK[state];
  const text = word ?? look.word;
  return (
    <span
      className={classes(styles.mark, styles[look.tone], className)}
      title={show === "shape" ? text : undefined}
    >
      <svg className={styles.shape} viewBox="0 0 12 12" aria-hidden="true">
        {SHAPES[look.tone]}
      </svg>
      <span className={show === "shape" ? "unseen" : undefined}>{text}</span>
    </span>
  );
}
