import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { strFromU8, unzipSync } from "fflate";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type ShareView, shareId } from "../../../shared/files.ts";
import { SHARES_KEPT } from "../../../shared/limits.ts";
import { createFileTree } from "../../adapters/file-tree.ts";
import { createShareServer } from "../../adapters/share-server.ts";
import { EventLog } from "../events/event-log.ts";
import { SHARE_USED_MS } from "../limits.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { MemoryEventStore } from "../testing/memory-event-store.ts";
import { Shares } from "./shares.ts";

let base: string;
let clock: ManualClock;
let store: MemoryEventStore;
let log: EventLog;
let shares: Shares;
let closeServer: () => Promise<void>;
beforeEach(async () => {
  base = mkdtempSync(join(tmpdir(), "aios-kernel-shares-"));
  clock = new ManualClock();
  store = new MemoryEventStore();
  put("notes/a.md", "first");
  await open();
});
afterEach(async () => {
  await close();
  rmSync(base, { recursive: true });
});

async function open(): Promise<void> {
  log = new EventLog(store, clock);
  const server = createShareServer(join(base, "shares"));
  closeServer = () => server.close();
  shares = new Shares({ log, clock, files: createFileTree(join(base, "tree")), server });
  await shares.open();
}

async function close(): Promise<void> {
  shares.close();
  await closeServer();
  await log.close();
}

function put(path: string, content: string): void {
  mkdirSync(dirname(join(base, "tree", path)), { recursive: true });
  writeFileSync(join(base, "tree", path), content);
}

const share = (path: string, type: ShareView["type"] = "file", minutes = 60) =>
  shares.share({ path, type, minutes });
const committed = () => new Promise<void>((resolve) => log.committed(resolve));
const get = async ({ id }: ShareView) => fetch(await shares.address(id));
const live = async (): Promise<readonly ShareView[]> => {
  await committed();
  return [...log.state().shares.values()];
};

test("a file is shared as it is then, whatever becomes of it", async () => {
  const shared = await share("notes/a.md");
  put("notes/a.md", "changed");
  expect(await (await get(shared)).text()).toBe("first");
  rmSync(join(base, "tree", "notes/a.md"));
  expect(await (await get(shared)).text()).toBe("first");
});

test("a folder is shared as it is at each download, under its own name, and without keys", async () => {
  put("notes/deep/b.md", "second");
  put("notes/.env", "TOKEN=7");
  put("notes/keys/server.pem", "KEY");
  put("other.md", "not this");
  const shared = await share("notes", "zip");
  const files = unzipSync(new Uint8Array(await (await get(shared)).arrayBuffer()));
  expect(Object.keys(files).sort()).toEqual(["notes/a.md", "notes/deep/b.md"]);
  put("notes/c.md", "later");
  const later = unzipSync(new Uint8Array(await (await get(shared)).arrayBuffer()));
  expect(strFromU8(later["notes/c.md"] ?? new Uint8Array())).toBe("later");
  const single = await share("notes/a.md", "zip");
  expect(Object.keys(unzipSync(new Uint8Array(await (await get(single)).arrayBuffer())))).toEqual(["a.md"]);
});

describe("a share ends", () => {
  test("when it is revoked", async () => {
    const shared = await share("notes/a.md");
    const other = await share("notes/a.md");
    const url = await shares.address(shared.id);
    await shares.revoke(shared.id);
    expect((await fetch(url)).status).toBe(404);
    expect(await live()).toEqual([other]);
    await expect(shares.address(shared.id)).rejects.toMatchObject({ data: { code: "not-found" } });
    await expect(shares.revoke(shared.id)).rejects.toMatchObject({ data: { code: "not-found" } });
  });

  test("when its time is over, to the minute", async () => {
    const shared = await share("notes/a.md", "file", 5);
    const url = await shares.address(shared.id);
    await share("notes/a.md", "file", 60);
    clock.advance(5 * 60_000 - 1);
    expect((await fetch(url)).status).toBe(200);
    clock.advance(1);
    expect((await fetch(url)).status).toBe(404);
    expect((await live()).map(({ id }) => id)).toEqual(["h2"]);
  });

  test("when its time was over before the next start", async () => {
    await share("notes/a.md", "file", 5);
    const kept = await share("notes/a.md", "file", 60);
    const url = await shares.address(kept.id);
    await close();
    clock.advance(10 * 60_000);
    await open();
    expect(await live()).toMatchObject([{ id: kept.id }]);
    expect(await shares.address(kept.id)).toBe(url);
    expect(await (await get(kept)).text()).toBe("first");
    clock.advance(50 * 60_000);
    await expect(shares.address(kept.id)).rejects.toMatchObject({ data: { code: "not-found" } });
  });
});

test("ids are not given again after a restart", async () => {
  const { id } = await share("notes/a.md");
  await shares.revoke(id);
  await close();
  await open();
  expect((await share("notes/a.md")).id).toBe(shareId(2));
});

test("downloads are counted, and told of now and then", async () => {
  const shared = await share("notes/a.md");
  for (let n = 0; n < 5; n += 1) await (await get(shared)).text();
  clock.advance(SHARE_USED_MS);
  expect(await live()).toMatchObject([{ downloads: 5 }]);
  expect(store.events.filter(({ type }) => type === "share.used")).toHaveLength(1);
});

describe("is refused", () => {
  test.each([
    ["nowhere.md", "file", "not-found"],
    ["notes", "file", "conflict"],
    [".env", "file", "not-allowed"],
    ["notes/.ssh", "zip", "not-allowed"],
  ] as const)("%s as a %s: %s", async (path, type, code) => {
    put(".env", "TOKEN=7");
    put("notes/.ssh/id", "KEY");
    await expect(share(path, type)).rejects.toMatchObject({ data: { code } });
    expect(await live()).toEqual([]);
  });

  test("one more than anybody can keep an eye on", async () => {
    for (let n = 0; n < SHARES_KEPT; n += 1) await share("notes/a.md");
    await expect(share("notes/a.md")).rejects.toMatchObject({ data: { code: "limit-reached" } });
    await shares.revoke(shareId(1));
    await share("notes/a.md");
    expect(await live()).toHaveLength(SHARES_KEPT);
  });
});

test("no token is in any event", async () => {
  const shared = await share("notes/a.md");
  const token = new URL(await shares.address(shared.id)).pathname.split("/")[2] ?? "";
  await (await get(shared)).text();
  clock.advance(SHARE_USED_MS);
  await shares.revoke(shared.id);
  await committed();
  expect(token).toHaveLength(43);
  expect(JSON.stringify(store.events)).not.toContain(token);
});
