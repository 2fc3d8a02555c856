import { BrowserWindow, screen } from "electron";
import { APP_PAGE } from "./app-protocol.ts";
import { loadWindowState, placeWindow, SMALLEST, saveWindowState } from "./window-state.ts";

/** Time without a further move or resize before the window's place is saved, in ms. */
const SETTLED_MS = 500;

export interface WindowOptions {
  /** Where the place of the window is kept. */
  readonly stateFile: string;
  readonly preload: string;
  readonly icon: string;
}

/** Opens the one window, where it was last, with a page that has no power but its preload's. */
export function openWindow({ stateFile, preload, icon }: WindowOptions): BrowserWindow {
  const primary = screen.getPrimaryDisplay();
  const others = screen.getAllDisplays().filter((display) => display.id !== primary.id);
  const areas = [primary, ...others].map((display) => display.workArea);
  const place = placeWindow(loadWindowState(stateFile), areas);
  const window = new BrowserWindow({
    ...place.bounds,
    minWidth: SMALLEST.width,
    minHeight: SMALLEST.height,
    title: "AIOS Desktop",
    icon,
    show: false,
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      spellcheck: false,
      webviewTag: false,
    },
  });
  window.once("ready-to-show", () => {
    if (place.shown === "maximised") window.maximize();
    window.show();
  });
  keepPlace(window, stateFile);
  void window.loadURL(APP_PAGE);
  return window;
}

/** Saves the place when it has settled and when the window closes. A failure to save harms nothing else. */
function keepPlace(window: BrowserWindow, stateFile: string): void {
  let settling: NodeJS.Timeout | undefined;
  const save = () => {
    clearTimeout(settling);
    const shown = window.isMaximized() ? "maximised" : "normal";
    try {
      saveWindowState(stateFile, { bounds: window.getNormalBounds(), shown });
    } catch (error) {
      console.warn(`The window's place was not saved: ${error instanceof Error ? error.message : error}`);
    }
  };
  const settle = () => {
    clearTimeout(settling);
    settling = setTimeout(save, SETTLED_MS);
  };
  window.on("resize", settle);
  window.on("move", settle);
  window.on("close", save);
}

/** Brings a window to the front, wherever it is. */
export function bringToFront(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}
