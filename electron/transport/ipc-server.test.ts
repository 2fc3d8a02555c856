import { EventEmitter } from "node:events";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { type ContractHandlers, METHOD_NAMES } from "../../shared/contract.ts";
import { emptyState } from "../../shared/state.ts";
import type { Feed } from "../kernel/events/feed.ts";
import { FRAME_CHANNEL } from "./frame-channel.ts";
import { type FrameSender, originOf, serveIpc } from "./ipc-server.ts";

const ORIGIN = "app://aios";

/** Fake: Electron's WebContents cannot be had in plain Node. */
class Page extends EventEmitter implements FrameSender {
  readonly id: number;
  readonly mainFrame: { url: string };
  readonly received: unknown[] = [];
  state: "open" | "destroyed" = "open";
  constructor(id: number, url = `${ORIGIN}/index.html`) {
    super();
    this.id = id;
    this.mainFrame = { url };
  }
  isDestroyed() {
    return this.state === "destroyed";
  }
  send(channel: string, frame: unknown) {
    if (this.state === "destroyed") throw new Error("Object has been destroyed");
    expect(channel).toBe(FRAME_CHANNEL);
    this.received.push(frame);
  }
}

let ipcMain = new EventEmitter();
let listeners = new Set<() => void>();
let refused: string[] = [];
let stop = () => {};
const feed: Feed = {
  state: emptyState,
  since: () => [],
  onCommit: (listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};
const handlers = Object.fromEntries(
  METHOD_NAMES.map((name) => [name, async () => ({ answered: name })]),
) as unknown as ContractHandlers;

beforeEach(() => {
  ipcMain = new EventEmitter();
  listeners = new Set();
  refused = [];
  stop = serveIpc({ ipcMain, handlers, feed, origin: ORIGIN, onRefused: (address) => refused.push(address) });
});

const say = (page: Page, frame: unknown, senderFrame: { url: string } | null = page.mainFrame) =>
  ipcMain.emit(FRAME_CHANNEL, { sender: page, senderFrame }, frame);
const request = (id: number) => ({ type: "request", id, method: "kernel.info", input: {} });

describe("serveIpc", () => {
  test("answers a request to the page that made it", async () => {
    const [one, other] = [new Page(1), new Page(2)];
    say(one, request(1));
    say(other, request(2));
    await vi.waitFor(() => expect(one.received).toHaveLength(1));
    expect(one.received).toEqual([{ type: "reply", id: 1, ok: true, output: { answered: "kernel.info" } }]);
    expect(other.received).toMatchObject([{ id: 2 }]);
  });

  test.each([
    "https://example.org/",
    "app://other/index.html",
    "file:///index.html",
    "app://aios.example.org/",
    "",
  ])("refuses a page at %j unread", (url) => {
    say(new Page(1, url), request(1));
    expect(refused).toEqual([url]);
    expect(listeners.size).toBe(0);
  });

  test("refuses a frame inside the page, and ignores one that is gone", () => {
    const page = new Page(1);
    say(page, request(1), { url: `${ORIGIN}/index.html` });
    say(page, request(1), null);
    expect(refused).toEqual([`${ORIGIN}/index.html`]);
    expect(listeners.size).toBe(0);
  });

  test.each(["did-navigate", "render-process-gone", "destroyed"])("ends the session on %s", (event) => {
    const page = new Page(1);
    say(page, request(1));
    expect(listeners.size).toBe(1);
    page.emit(event);
    expect(listeners.size).toBe(0);
  });

  test("after a reload the page has a session of its own, and is listened to once", async () => {
    const page = new Page(1);
    for (let reload = 0; reload < 20; reload += 1) {
      say(page, { type: "no frame" });
      page.emit("did-navigate");
    }
    say(page, request(5));
    await vi.waitFor(() => expect(page.received).toMatchObject([{ id: 5, ok: true }]));
    expect(page.listenerCount("did-navigate")).toBe(1);
    expect(listeners.size).toBe(1);
  });

  test("drops what comes too late for a page that is gone", async () => {
    const page = new Page(1);
    say(page, request(1));
    page.state = "destroyed";
    await new Promise((resolve) => setImmediate(resolve));
    expect(page.received).toEqual([]);
  });

  test("stops serving", () => {
    const page = new Page(1);
    say(page, request(1));
    stop();
    expect(listeners.size).toBe(0);
    say(page, request(2));
    expect(listeners.size).toBe(0);
  });
});

test("originOf knows schemes that are not the web's", () => {
  expect(originOf("app://aios/index.html#x")).toBe("app://aios");
  expect(originOf("https://user@a.example:8443/x")).toBe("https://a.example:8443");
  expect(originOf("nonsense")).toBeNull();
});
