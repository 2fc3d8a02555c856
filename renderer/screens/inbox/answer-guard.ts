import type { Guarding } from "./order.ts";

/** How long a request of high risk is shown before any answer to it counts, in ms. */
export const ARMING_MS = 700;
/** A click this soon after the window came to the front answers nothing, in ms. */
export const WINDOW_FOCUS_MS = 400;
/** A click this soon after the request appeared was meant for the one before it, in ms. */
export const SETTLING_MS = 250;

/**
 * When the request under the pointer was painted, and when the window last came to the front. All times of this file
 * are in ms on the page's monotonic clock, as `performance.now()` and `event.timeStamp` give them.
 */
export interface Shown {
  readonly guarding: Guarding;
  readonly shownAt: number;
  /** null when the window has been in front all along. */
  readonly focusedAt: number | null;
}

export type AnswerBy = "pointer" | "keyboard";

/** The moment from which an answer counts. A press that began before it answers nothing. */
export function readyAt({ guarding, shownAt, focusedAt }: Shown, by: AnswerBy): number {
  const seenAt = Math.max(shownAt, focusedAt ?? shownAt);
  if (guarding === "guarded") return seenAt + ARMING_MS;
  if (by === "keyboard") return shownAt;
  return Math.max(shownAt + SETTLING_MS, focusedAt === null ? 0 : focusedAt + WINDOW_FOCUS_MS);
}

/** A click as the guard sees it. `pressedAt` is null for a click made by a key on the focused button. */
export interface Click {
  readonly pressedAt: number | null;
  readonly at: number;
  /** 2 for the second click of a double click. */
  readonly count: number;
}

/** Whether a click on an answer counts. The second half of a double click never does. */
export function clickCounts(shown: Shown, click: Click): "counts" | "ignored" {
  if (click.count > 1) return "ignored";
  const [by, began] =
    click.pressedAt === null ? (["keyboard", click.at] as const) : (["pointer", click.pressedAt] as const);
  return began >= readyAt(shown, by) ? "counts" : "ignored";
}

/** Whether a key pressed now counts as an answer. A key held down never does. */
export function keyCounts(
  shown: Shown,
  key: { readonly at: number; readonly repeat: boolean },
): "counts" | "ignored" {
  return !key.repeat && key.at >= readyAt(shown, "keyboard") ? "counts" : "ignored";
}
