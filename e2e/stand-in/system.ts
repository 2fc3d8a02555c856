import { EventEmitter } from "node:events";
import type {
  Dialog,
  Display,
  Menu as ElectronMenu,
  Notification as ElectronNotification,
  MenuItemConstructorOptions,
  NotificationConstructorOptions,
  Protocol,
  SafeStorage,
  Screen,
  Session,
} from "electron";
import { type ProtocolHandler, protocolHandlers } from "./browser.ts";
import { record } from "./messages.ts";

/** Stand-ins for what the system does: each only records what a person would have seen. */
export const dialog = {
  showErrorBox: (title, content) => record("error-box", { title, content }),
} satisfies Pick<Dialog, "showErrorBox">;

export class StandInNotification extends EventEmitter implements Pick<ElectronNotification, "show"> {
  static isSupported = (): boolean => true;
  static last: StandInNotification | null = null;
  readonly #shown: NotificationConstructorOptions;

  constructor(shown: NotificationConstructorOptions) {
    super();
    this.#shown = shown;
  }

  show(): void {
    StandInNotification.last = this;
    record("notification", this.#shown);
  }
}

/** A menu is its template: there is no bar to draw it in. */
export const menu = {
  buildFromTemplate: (template: readonly MenuItemConstructorOptions[]) => template,
  setApplicationMenu: (template: readonly MenuItemConstructorOptions[] | null) => record("menu", template),
} satisfies Record<keyof Pick<typeof ElectronMenu, "buildFromTemplate" | "setApplicationMenu">, unknown>;

export const protocol = {
  registerSchemesAsPrivileged: () => {},
  handle: (scheme: string, handler: ProtocolHandler) => {
    protocolHandlers.set(scheme, handler);
  },
} satisfies Pick<Protocol, "registerSchemesAsPrivileged" | "handle">;

/** Turns every bit around: enough to see that nothing is stored as it was given, and no protection at all. */
const turned = (bytes: Uint8Array): Buffer => Buffer.from(bytes.map((byte) => byte ^ 0xff));
export const safeStorage = {
  isEncryptionAvailable: () => process.env.STAND_IN_KEYCHAIN !== "none",
  getSelectedStorageBackend: () => "gnome_libsecret",
  encryptString: (text) => turned(Buffer.from(text)),
  decryptString: (bytes) => turned(bytes).toString(),
} satisfies Pick<
  SafeStorage,
  "isEncryptionAvailable" | "getSelectedStorageBackend" | "encryptString" | "decryptString"
>;

const display = { id: 1, workArea: { x: 0, y: 0, width: 1920, height: 1080 } } satisfies Pick<
  Display,
  "id" | "workArea"
>;
export const screen = {
  getPrimaryDisplay: () => display,
  getAllDisplays: () => [display],
} satisfies Record<keyof Pick<Screen, "getPrimaryDisplay" | "getAllDisplays">, unknown>;

type SessionBuilt =
  | "setPermissionRequestHandler"
  | "setPermissionCheckHandler"
  | "setDevicePermissionHandler"
  | "on";

/** Takes the handlers and asks them nothing: headless Chromium denies every permission by itself. */
export const session = {
  defaultSession: {
    setPermissionRequestHandler: () => {},
    setPermissionCheckHandler: () => {},
    setDevicePermissionHandler: () => {},
    on: () => {},
  } satisfies Record<keyof Pick<Session, SessionBuilt>, unknown>,
};
