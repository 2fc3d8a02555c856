/**
 * What runs inside Chromium. These functions are sent there as source text, so each stands alone: it uses its
 * parameters and the page's globals, nothing of this module.
 */

/** Lets values with functions in them cross between the page's world and the preload's. */
export interface WorldBridge {
  encode(value: unknown): unknown;
  decode(value: unknown): unknown;
}

/**
 * One end of the bridge. Functions stay where they are and travel as numbers; calls are synchronous events on the
 * document, whose details the engine clones from one world into the other.
 */
export function openBridge(side: "page" | "preload"): WorldBridge {
  const other = side === "page" ? "preload" : "page";
  const functions: ((...args: unknown[]) => unknown)[] = [];
  let result: { readonly value?: unknown; readonly error?: string } | null = null;

  const isRecord = (value: unknown): value is Record<string, unknown> =>
    typeof value === "object" && value !== null && !Array.isArray(value);
  const map = (value: Record<string, unknown>, change: (field: unknown) => unknown) =>
    Object.fromEntries(Object.entries(value).map(([key, field]) => [key, change(field)]));

  function encode(value: unknown): unknown {
    if (typeof value === "function") {
      const index = functions.push((...args) => Reflect.apply(value, undefined, args)) - 1;
      return { standInFunction: index };
    }
    if (Array.isArray(value)) return value.map(encode);
    return isRecord(value) ? map(value, encode) : value;
  }

  function decode(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(decode);
    if (!isRecord(value)) return value;
    if (typeof value.standInFunction !== "number") return map(value, decode);
    const index = value.standInFunction;
    return (...args: unknown[]) => call(index, args);
  }

  function call(index: number, args: readonly unknown[]): unknown {
    result = null;
    const detail = { index, args: args.map(encode) };
    document.dispatchEvent(new CustomEvent(`stand-in:call:${other}`, { detail }));
    if (result === null) throw new Error("The stand-in's bridge has no other end");
    const { value, error } = result as { readonly value?: unknown; readonly error?: string };
    if (error !== undefined) throw new Error(error);
    return decode(value);
  }

  document.addEventListener(`stand-in:call:${side}`, (event) => {
    if (!(event instanceof CustomEvent)) return;
    const { index, args } = event.detail as { readonly index: number; readonly args: readonly unknown[] };
    let detail: { readonly value?: unknown; readonly error?: string };
    try {
      detail = { value: encode(functions[index]?.(...args.map(decode))) };
    } catch (error) {
      detail = { error: String(error) };
    }
    document.dispatchEvent(new CustomEvent(`stand-in:result:${other}`, { detail }));
  });
  document.addEventListener(`stand-in:result:${side}`, (event) => {
    if (event instanceof CustomEvent) result = event.detail;
  });
  return { encode, decode };
}

/** The page's world: puts what the preload exposes on `window`, frozen and not to be replaced. */
export function enterPageWorld(open: typeof openBridge): void {
  if (window !== window.top) return;
  const bridge = open("page");
  const freeze = (value: unknown): unknown => {
    if (typeof value === "object" && value !== null) for (const field of Object.values(value)) freeze(field);
    return Object.freeze(value);
  };
  document.addEventListener("stand-in:expose", (event) => {
    if (!(event instanceof CustomEvent)) return;
    const { key, api } = event.detail as { readonly key: string; readonly api: unknown };
    const value = freeze(bridge.decode(api));
    Object.defineProperty(window, key, { value, writable: false, configurable: false, enumerable: true });
  });
  const greet = () => document.dispatchEvent(new CustomEvent("stand-in:page-ready"));
  document.addEventListener("stand-in:preload-ready", greet);
  greet();
}

/** What a preload may require, run in its own world. */
export type PreloadProgram = (
  require: (name: string) => unknown,
  module: { exports: unknown },
  exports: unknown,
) => void;

/** The preload's world: gives the preload its part of the electron module, and nothing of Node. */
export function enterPreloadWorld(open: typeof openBridge, preload: PreloadProgram): void {
  if (window !== window.top) return;
  const world = globalThis as unknown as {
    standInSend(text: string): void;
    standInDeliver(channel: string, args: readonly unknown[]): void;
  };
  const bridge = open("preload");
  const exposed: { readonly key: string; readonly api: unknown }[] = [];
  const listeners = new Map<string, ((event: object, ...args: readonly unknown[]) => void)[]>();
  let page: "expected" | "ready" = "expected";

  const expose = () => {
    if (page === "expected") return;
    for (const detail of exposed.splice(0)) {
      document.dispatchEvent(new CustomEvent("stand-in:expose", { detail }));
    }
  };
  // Either world may come first: the page greets when it is there, and again when it is asked.
  document.addEventListener("stand-in:page-ready", () => {
    page = "ready";
    expose();
  });
  document.dispatchEvent(new CustomEvent("stand-in:preload-ready"));
  world.standInDeliver = (channel, args) => {
    for (const listener of [...(listeners.get(channel) ?? [])]) listener({}, ...args);
  };

  const electron = {
    contextBridge: {
      exposeInMainWorld(key: string, api: unknown) {
        exposed.push({ key, api: bridge.encode(api) });
        expose();
      },
    },
    ipcRenderer: {
      send: (channel: string, ...args: readonly unknown[]) =>
        world.standInSend(JSON.stringify({ channel, args })),
      on(channel: string, listener: (event: object, ...args: readonly unknown[]) => void) {
        listeners.set(channel, [...(listeners.get(channel) ?? []), listener]);
      },
      removeListener(channel: string, listener: (event: object, ...args: readonly unknown[]) => void) {
        const left = (listeners.get(channel) ?? []).filter((each) => each !== listener);
        listeners.set(channel, left);
      },
    },
  };
  const module = { exports: {} };
  preload(
    (name) => {
      if (name === "electron") return electron;
      throw new Error(`A sandboxed preload cannot require ${name}`);
    },
    module,
    module.exports,
  );
}
