import { mkdirSync } from "node:fs";
import { join } from "node:path";
import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  Notification,
  protocol,
  safeStorage,
  session,
} from "electron";
import { toErrorData } from "../shared/errors.ts";
import { defaultDataFolder } from "./adapters/data-folder.ts";
import { bootKernel } from "./boot.ts";
import { APP_ORIGIN, APP_SCHEME, serveFolder } from "./desktop/app-protocol.ts";
import { watchApprovals } from "./desktop/approval-notices.ts";
import { dataArgument } from "./desktop/data-argument.ts";
import { keychain } from "./desktop/keychain.ts";
import { lockDown } from "./desktop/lockdown.ts";
import { menuTemplate } from "./desktop/menu.ts";
import { stopOnQuit } from "./desktop/stop-on-quit.ts";
import { bringToFront, openWindow } from "./desktop/window.ts";
import { serveIpc } from "./transport/ipc-server.ts";

/** The kernel could not start and the person was told why; scripts/start.ts then does not try the headless host. */
const EXIT_KERNEL_REFUSED = 3;

const here = import.meta.dirname;
const dataFolder = dataArgument(process.argv) ?? defaultDataFolder();
// Chromium's profile lives beside the kernel's data, so that there is one running app for each data folder.
const profile = join(dataFolder, "desktop");
mkdirSync(profile, { recursive: true, mode: 0o700 });
app.setPath("userData", profile);
protocol.registerSchemesAsPrivileged([APP_SCHEME]);

if (app.requestSingleInstanceLock()) {
  app
    .whenReady()
    .then(run)
    .catch((error) => {
      console.error(error);
      app.exit(1);
    });
} else {
  app.quit();
}

async function run(): Promise<void> {
  lockDown(app, session.defaultSession);
  protocol.handle(APP_SCHEME.scheme, serveFolder(join(here, "..", "renderer")));
  Menu.setApplicationMenu(
    Menu.buildFromTemplate(menuTemplate(process.platform, app.isPackaged ? "packaged" : "development")),
  );
  const kernel = await startKernel();
  if (kernel === null) return;

  const stopIpc = serveIpc({
    ipcMain,
    handlers: kernel.handlers,
    feed: kernel.feed,
    origin: APP_ORIGIN,
    onRefused: (address) => console.warn(`Refused a message of ${address || "a page without an address"}`),
  });
  const stopNotices = watchApprovals({
    feed: kernel.feed,
    isLooking: () => BrowserWindow.getFocusedWindow() !== null,
    notify: (notice) => {
      if (!Notification.isSupported()) return;
      const notification = new Notification(notice);
      notification.on("click", showWindow);
      notification.show();
    },
    setBadge: (waiting) => app.setBadgeCount(waiting),
  });
  stopOnQuit(app, async () => {
    stopNotices();
    stopIpc();
    await kernel.stop();
  });
  app.on("activate", showWindow);
  app.on("second-instance", showWindow);
  app.on("window-all-closed", () => {
    if (process.platform !== "darwin") app.quit();
  });
  showWindow();
}

/** The running kernel, or null when it cannot start: the person has then been told and the app ends. */
async function startKernel(): Promise<Awaited<ReturnType<typeof bootKernel>> | null> {
  try {
    return await bootKernel({
      host: "desktop",
      dataFolder,
      secrets: (folder) => keychain(folder, safeStorage),
    });
  } catch (thrown) {
    const { message, hint } = toErrorData(thrown);
    console.error(message);
    dialog.showErrorBox("AIOS Desktop cannot start", hint === undefined ? message : `${message}\n\n${hint}`);
    app.exit(EXIT_KERNEL_REFUSED);
    return null;
  }
}

function showWindow(): void {
  const [open] = BrowserWindow.getAllWindows();
  if (open) {
    bringToFront(open);
    return;
  }
  openWindow({
    stateFile: join(profile, "window.json"),
    preload: join(here, "preload.cjs"),
    icon: join(here, "..", "..", "resources", "icons", "icon.png"),
  });
}
