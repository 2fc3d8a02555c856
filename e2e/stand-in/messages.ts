/** What the stand-in's process tells the test. */
export type FromStandIn =
  | { readonly type: "browser"; readonly endpoint: string }
  /** Something a person would have seen or the system done. */
  | { readonly type: "record"; readonly name: RecordName; readonly detail: unknown };

export type RecordName =
  | "window-shown"
  | "error-box"
  | "notification"
  | "badge"
  | "menu"
  | "navigation-prevented"
  | "window-open-denied"
  | "granted"
  | "refused";

/** What Chromium would ask the app about. */
export type Ask = "permission" | "permission-check" | "device" | "webview" | "download" | "redirect";

/** What the test does in a person's or the system's place. */
export type ToStandIn =
  | { readonly type: "load"; readonly url: string }
  | { readonly type: "ask"; readonly what: Ask }
  | { readonly type: "blur" }
  | { readonly type: "click-notification" }
  | {
      readonly type: "move";
      readonly bounds: {
        readonly x: number;
        readonly y: number;
        readonly width: number;
        readonly height: number;
      };
    }
  | { readonly type: "quit" };

export const tell = (message: FromStandIn): void => {
  if (process.connected) process.send?.(message);
};

export const record = (name: RecordName, detail: unknown = null): void =>
  tell({ type: "record", name, detail });
