import type { App, Session, WebContents } from "electron";
import { APP_PAGE } from "./app-protocol.ts";

/**
 * Takes from every page what this app never needs: leaving the page, opening windows, embedding others, devices and
 * other permissions, downloads. To be called once, before any window is made.
 */
export function lockDown(app: App, session: Session): void {
  app.on("web-contents-created", (_event, contents) => lockDownPage(contents));
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.on("will-download", (event) => event.preventDefault());
}

function lockDownPage(contents: WebContents): void {
  contents.setWindowOpenHandler(() => ({ action: "deny" }));
  contents.on("will-navigate", (event) => {
    if (!isReload(event.url)) event.preventDefault();
  });
  contents.on("will-frame-navigate", (event) => {
    if (!event.isMainFrame || !isReload(event.url)) event.preventDefault();
  });
  contents.on("will-redirect", (event) => event.preventDefault());
  contents.on("will-attach-webview", (event) => event.preventDefault());
}

const isReload = (address: string): boolean => address.split("#")[0] === APP_PAGE;
