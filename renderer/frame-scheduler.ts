/** Calls `run` once, before the next picture. Returns the way to call it off. */
export type FrameScheduler = (run: () => void) => () => void;

/** How late a commit may be in a page that draws no frames, in ms. */
const HIDDEN_PAGE_MS = 250;

/** On the next animation frame; in a page that is hidden, and so draws none, a little later. */
export const onNextFrame: FrameScheduler = (run) => {
  const cancel = (): void => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
  const once = (): void => {
    cancel();
    run();
  };
  const frame = requestAnimationFrame(once);
  const timer = setTimeout(once, HIDDEN_PAGE_MS);
  return cancel;
};
