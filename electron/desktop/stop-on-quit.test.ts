import { EventEmitter } from "node:events";
import { expect, test, vi } from "vitest";
import { stopOnQuit } from "./stop-on-quit.ts";

/** Fake: quits as Electron does, unless a listener prevents it. */
class FakeApp extends EventEmitter {
  state: "running" | "gone" = "running";
  quit(): void {
    let prevented: "no" | "yes" = "no";
    this.emit("will-quit", {
      preventDefault: () => {
        prevented = "yes";
      },
    });
    if (prevented === "no") this.state = "gone";
  }
}

test("quits when the kernel has stopped, and stops it once", async () => {
  const app = new FakeApp();
  const stopping = Promise.withResolvers<void>();
  const stop = vi.fn(() => stopping.promise);
  stopOnQuit(app, stop);
  app.quit();
  app.quit();
  expect(app.state).toBe("running");
  stopping.resolve();
  await vi.waitFor(() => expect(app.state).toBe("gone"));
  expect(stop).toHaveBeenCalledTimes(1);
});

test("quits when the kernel does not stop in its time", async () => {
  const app = new FakeApp();
  stopOnQuit(app, () => new Promise(() => {}), 10);
  app.quit();
  await vi.waitFor(() => expect(app.state).toBe("gone"));
});

test("quits when the kernel fails to stop", async () => {
  const app = new FakeApp();
  const errors = vi.spyOn(console, "error").mockImplementation(() => {});
  stopOnQuit(app, () => Promise.reject(new Error("no")));
  app.quit();
  await vi.waitFor(() => expect(app.state).toBe("gone"));
  errors.mockRestore();
});
