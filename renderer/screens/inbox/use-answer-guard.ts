import { type MouseEvent, type PointerEvent, useEffect, useRef, useState } from "react";
import { clickCounts, keyCounts, readyAt, type Shown } from "./answer-guard.ts";
import type { Guarding } from "./order.ts";

export interface AnswerGuard {
  /** `arming`: no click on an answer counts yet. */
  readonly status: "arming" | "ready";
  /** To be put around the answers: notes when a press began. */
  readonly onPointerDown: (event: PointerEvent) => void;
  readonly click: (event: MouseEvent) => "counts" | "ignored";
  readonly key: (event: KeyboardEvent) => "counts" | "ignored";
}

/**
 * Keeps answers from counting that were not meant for the request on the screen. Lives as long as one request is
 * shown: the component that uses it is keyed by the request.
 */
export function useAnswerGuard(guarding: Guarding): AnswerGuard {
  const shownAt = useShownAt();
  const focusedAt = useFocusedAt();
  const pressedAt = useRef<number | null>(null);
  const [status, setStatus] = useState<AnswerGuard["status"]>("arming");

  useEffect(() => {
    if (shownAt === null) return;
    const left = readyAt({ guarding, shownAt, focusedAt }, "pointer") - performance.now();
    setStatus(left > 0 ? "arming" : "ready");
    if (left <= 0) return;
    const timer = setTimeout(() => setStatus("ready"), left);
    return () => clearTimeout(timer);
  }, [guarding, shownAt, focusedAt]);

  const shown: Shown | null = shownAt === null ? null : { guarding, shownAt, focusedAt };
  return {
    status,
    onPointerDown: (event) => {
      pressedAt.current = event.timeStamp;
    },
    click: (event) =>
      shown
        ? clickCounts(shown, {
            pressedAt: event.detail === 0 ? null : (pressedAt.current ?? event.timeStamp),
            at: event.timeStamp,
            count: event.detail,
          })
        : "ignored",
    key: (event) => (shown ? keyCounts(shown, { at: event.timeStamp, repeat: event.repeat }) : "ignored"),
  };
}

/** When the calling component was first painted; null until then, and so for as long as the page is hidden. */
function useShownAt(): number | null {
  const [shownAt, setShownAt] = useState<number | null>(null);
  useEffect(() => {
    // The first frame's callbacks run before it is painted, the second one's after.
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(() => setShownAt(performance.now()));
    });
    return () => cancelAnimationFrame(frame);
  }, []);
  return shownAt;
}

/** When the window last came to the front while the calling component was there; null if it has not. */
function useFocusedAt(): number | null {
  const [focusedAt, setFocusedAt] = useState<number | null>(null);
  useEffect(() => {
    const onFocus = (): void => setFocusedAt(performance.now());
    window.addEventListener("focus", onFocus);
    return () => window.removeEventListener("focus", onFocus);
  }, []);
  return focusedAt;
}
