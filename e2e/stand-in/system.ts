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
import { type Ask, record } from "./messages.ts";
import { preventable } from "./preventable.ts";

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

type RequestHandler = (contents: null, permission: string, answer: (granted: boolean) => void) => void;
type CheckHandler = (contents: null, permission: string) => boolean;

/** Headless Chromium denies every permission by itself, so the handlers are asked when the test says so. */
class StandInSession extends EventEmitter implements Record<keyof Pick<Session, SessionBuilt>, unknown> {
  request: RequestHandler = (_contents, _permission, answer) => answer(true);
  check: CheckHandler = () => true;
  device: () => boolean = () => true;
  setPermissionRequestHandler(handler: RequestHandler): void {
    this.request = handler;
  }
  setPermissionCheckHandler(handler: CheckHandler): void {
    this.check = handler;
  }
  setDevicePermissionHandler(handler: () => boolean): void {
    this.device = handler;
  }
}
export const session = { defaultSession: new StandInSession() };

/** Asks the app what Chromium would, and records its answer. Unset handlers grant, as in the real thing. */
export function ask(what: Ask, contents: EventEmitter): void {
  const answer = (granted: boolean) => record(granted ? "granted" : "refused", what);
  const byEvent = (emitter: EventEmitter, name: string) => {
    const event = preventable({});
    emitter.emit(name, event);
    answer(event.verdict === "allow");
  };
  const { defaultSession } = session;
  const { request, check, device } = defaultSession;
  switch (what) {
    case "permission":
      request(null, "media", answer);
      break;
    case "permission-check":
      answer(check(null, "media"));
      break;
    case "device":
      answer(device());
      break;
    case "webview":
      byEvent(contents, "will-attach-webview");
      break;
    case "redirect":
      byEvent(contents, "will-redirect");
      break;
    case "download":
      byEvent(defaultSession, "will-download");
      break;
  }
}
