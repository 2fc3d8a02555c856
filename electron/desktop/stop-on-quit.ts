/** The part of Electron's app that is used here. */
export interface QuittingApp {
  on(event: "will-quit", listener: (event: { preventDefault(): void }) => void): unknown;
  quit(): void;
}

/** How long the kernel may take to stop, in ms. What it has not done by then, recovery does at the next start. */
const STOP_MS = 5_000;

/**
 * Holds quitting back, once, until `stop` has ended or its time is over. Works for every way of quitting that Electron
 * tells of: the menu, the last window, SIGTERM.
 */
export function stopOnQuit(app: QuittingApp, stop: () => Promise<void>, stopMs = STOP_MS): void {
  let phase: "running" | "stopping" | "stopped" = "running";
  app.on("will-quit", (event) => {
    if (phase === "stopped") return;
    event.preventDefault();
    if (phase === "stopping") return;
    phase = "stopping";
    const late = new Promise<void>((resolve) => {
      setTimeout(resolve, stopMs).unref();
    });
    const stopped = stop().catch((error) => console.error(error));
    void Promise.race([stopped, late]).then(() => {
      phase = "stopped";
      app.quit();
    });
  });
}
