/**
 * What `import … from "electron"` gives the app in these tests: a stand-in over Chromium's DevTools protocol. It
 * proves the app's own main.ts and preload.ts: preload shape, channel, sender check, isolation, policy, windows,
 * lifecycle. It proves nothing about the sandbox, fuses, dialogs or the system's keychain.
 */
import { app as standInApp } from "./app.ts";
import { StandInWindow } from "./browser-window.ts";
import { record, type ToStandIn } from "./messages.ts";
import * as system from "./system.ts";
import { refuseUnbuilt } from "./unbuilt.ts";
import { ipcMain as standInIpcMain } from "./web-contents.ts";

export const app = refuseUnbuilt("app", standInApp);
export const BrowserWindow = refuseUnbuilt("BrowserWindow", StandInWindow);
export const Notification = refuseUnbuilt("Notification", system.StandInNotification);
export const Menu = refuseUnbuilt("Menu", system.menu);
export const dialog = refuseUnbuilt("dialog", system.dialog);
export const ipcMain = refuseUnbuilt("ipcMain", standInIpcMain);
export const protocol = refuseUnbuilt("protocol", system.protocol);
export const safeStorage = refuseUnbuilt("safeStorage", system.safeStorage);
export const screen = refuseUnbuilt("screen", system.screen);
export const session = refuseUnbuilt("session", system.session);

/** Does what the test asks in a person's or the system's place. */
async function act(message: ToStandIn): Promise<void> {
  const [window] = StandInWindow.getAllWindows();
  switch (message.type) {
    case "load":
      return window?.loadURL(message.url);
    case "ask":
      if (window) system.ask(message.what, window.webContents);
      return;
    case "blur":
      return window?.blur();
    case "move":
      return window?.move(message.bounds);
    case "click-notification":
      system.StandInNotification.last?.emit("click");
      return;
    case "quit":
      return standInApp.quit();
  }
}

process.on("message", (message) => {
  act(message as ToStandIn).catch((error) =>
    record("error-box", { title: "stand-in", content: String(error) }),
  );
});
process.on("SIGTERM", () => standInApp.quit());
process.on("disconnect", () => standInApp.quit());
