import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { toErrorData } from "../shared/errors.ts";
import type { EventOf, KernelEvent } from "../shared/events.ts";
import { PERSON } from "../shared/memory-owners.ts";
import { type Client, connect } from "./support/client.ts";
import { makeDataFolder, removeDataFolders } from "./support/data-folder.ts";
import { type Host, startHost } from "./support/host.ts";
import { endPrograms } from "./support/program.ts";

const ENTER = ["unshare", "--mount"];
/** Only a root that may mount has a small disk of its own to fill up. */
const mayMount =
  process.platform === "linux" &&
  spawnSync("unshare", ["--mount", "mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", "/mnt"]).status === 0;
const whereDisks = test.skipIf(!mayMount);
const name = (text: string): string => (mayMount ? text : `${text} (skipped: tmpfs cannot be mounted here)`);

afterEach(async () => {
  await endPrograms();
  removeDataFolders();
});

/** A host for which some folders are small disks of their own, as `[folder, size]`. */
async function startOnDisks(
  dataFolder: string,
  disks: readonly (readonly [folder: string, size: string])[],
): Promise<Host & { readonly seen: (path: string) => string }> {
  const mounts = disks.map(
    ([folder, size]) => `mkdir -p '${folder}' && mount -t tmpfs -o size=${size} tmpfs '${folder}'`,
  );
  const script = [...mounts, 'exec "$@"'].join(" && ");
  const host = await startHost(dataFolder, { through: [...ENTER, "sh", "-c", script, "sh"] });
  // Its disks are there for its process alone.
  return { ...host, seen: (path) => `/proc/${host.program.pid}/root${join(dataFolder, path)}` };
}

const changedTo =
  (mode: "ready" | "read-only", after = 0) =>
  (event: KernelEvent): event is EventOf<"storage.changed"> =>
    event.type === "storage.changed" && event.status.mode === mode && event.seq > after;

const contentOf = (n: number, round: string, bytes: number): string =>
  `${round} of file ${n}\n`.repeat(bytes).slice(0, bytes);

/** What the person was told about each file: what it holds for certain. */
type Told = Map<string, string>;

/** Writes until the disk has refused a write; gives what it refused with. */
async function fillUp(client: Client, told: Told, round: string, bytes: number) {
  for (let n = 0; n < 2_000; n += 1) {
    // Each file is written again and again too, so that there is old content to be left whole.
    const path = `files/${n % 24}.txt`;
    // Bytes that hardly shrink.
    const content = `${contentOf(n, round, 40)}\n${randomText(bytes)}`;
    const write = client.request("files.write", { path, content }).then(() => {
      told.set(path, content);
      return "written" as const;
    }, toErrorData);
    const outcome = await orReadOnly(client, write);
    if (outcome !== "written") return { outcome, write };
  }
  throw new Error("The disk was never full");
}

/** A log without room answers nobody: then the status says how things stand. */
async function orReadOnly<T>(client: Client, write: Promise<T>): Promise<T | "unanswered"> {
  for (;;) {
    const pause = new AbortController();
    const first = await Promise.race([
      write,
      setTimeout(3_000, "unanswered" as const, { signal: pause.signal }).catch(() => "unanswered" as const),
    ]);
    pause.abort();
    if (first !== "unanswered") return first;
    if ((await client.request("storage.status", {})).mode === "read-only") return first;
  }
}

const randomText = (bytes: number): string =>
  Buffer.from(crypto.getRandomValues(new Uint8Array(Math.ceil((bytes * 3) / 4)))).toString("base64");

/** Each file as it was acknowledged: on the disk, and as a screen reads it. */
async function expectAllThere(client: Client, seen: (path: string) => string, told: Told): Promise<void> {
  for (const [path, content] of told) {
    const text = readFileSync(join(seen("workspace"), path), "utf8");
    expect(text === content, `${path} holds what was acknowledged`).toBe(true);
    const shown = await client.request("files.read", { path });
    expect(shown.type === "text" && content.startsWith(shown.text), `${path} can be read`).toBe(true);
    const { versions } = await client.request("files.versions", { path });
    const [newest] = versions;
    if (!newest) throw new Error(`${path} has no version`);
    expect(newest.bytes).toBe(Buffer.byteLength(content));
    const kept = await client.request("files.version", { versionId: newest.id });
    expect(kept.type === "text" && content.startsWith(kept.text), `${newest.id} can be read`).toBe(true);
  }
}

whereDisks(
  name("a disk of 1 MB fills up: what was acknowledged is there, and storage recovers"),
  async () => {
    const dataFolder = makeDataFolder();
    const host = await startOnDisks(
      dataFolder,
      ["workspace", "versions"].map((folder) => [join(dataFolder, folder), "1m"] as const),
    );
    const client = await connect(host);
    const told: Told = new Map();

    const { outcome: refusal } = await fillUp(client, told, "first", 30_000);
    expect(refusal).toMatchObject({
      code: "storage-failed",
      message: expect.stringMatching(/no space left/),
    });
    const full = await client.until("read-only", changedTo("read-only"));
    expect(await client.request("storage.status", {})).toEqual(full.status);
    expect(told.size).toBeGreaterThan(10);
    await expectAllThere(client, host.seen, told);

    // Small ones too, memories too, on a screen and by any tool: before anything has begun.
    const refused = {
      data: { code: "storage-failed", message: expect.stringMatching(/^Storage is read-only/) },
    };
    await expect(client.request("files.write", { path: "small.txt", content: "x" })).rejects.toMatchObject(
      refused,
    );
    await expect(client.request("files.delete", { path: "files/0.txt" })).rejects.toMatchObject(refused);
    await expect(
      client.request("memory.add", { owner: PERSON, text: "The disk is full", tags: [] }),
    ).rejects.toMatchObject(refused);
    const { agentId } = await client.request("agents.launch", {
      agent: "file-clerk",
      task: "create a file asked.txt saying Hello",
      model: "offline-planner",
      mode: "run-freely",
    });
    const failed = await client.until(
      "the agent's refusal",
      (event): event is EventOf<"syscall.failed"> =>
        event.type === "syscall.failed" && event.agentId === agentId,
    );
    expect(failed.error).toMatchObject(refused.data);
    await client.untilEnded(agentId);
    await expectAllThere(client, host.seen, told);

    // Somebody makes room, beside the program: the versions' disk grows, and files are removed.
    for (const path of [0, 1, 2, 3].map((n) => `files/${n}.txt`)) {
      rmSync(join(host.seen("workspace"), path));
      told.delete(path);
    }
    const versions = host.seen("versions");
    spawnSync("nsenter", [
      "--mount",
      "-t",
      String(host.program.pid),
      "mount",
      "-o",
      "remount,size=2m",
      join(dataFolder, "versions"),
    ]);
    expect(statfsSync(versions).blocks * statfsSync(versions).bsize).toBe(2 * 1024 * 1024);
    await client.until("ready", changedTo("ready", full.seq));
    expect(await client.request("storage.status", {})).toEqual({ mode: "ready" });
    await client.request("files.write", { path: "small.txt", content: "there is room again" });
    told.set("small.txt", "there is room again");
    await expectAllThere(client, host.seen, told);
    client.close();
    expect((await host.stop()).code).toBe(0);
  },
);

whereDisks(
  name("a disk that the log is on fills up: it says so, nothing acknowledged is lost, and it recovers"),
  async () => {
    const dataFolder = makeDataFolder();
    const host = await startOnDisks(dataFolder, [[dataFolder, "24m"]]);
    const client = await connect(host);
    const told: Told = new Map();
    await client.request("files.write", { path: "files/0.txt", content: "before" });
    told.set("files/0.txt", "before");

    // Another program takes nearly all there is.
    const { bavail, bsize } = statfsSync(host.seen("."));
    writeFileSync(host.seen("filler"), Buffer.alloc(Math.max(0, bavail * bsize - 600_000), 1));
    const { write: last } = await fillUp(client, told, "first", 20_000);
    // Asked past the log, which may be what has no room.
    const status = await client.request("storage.status", {});
    expect(status).toMatchObject({ mode: "read-only" });
    const refused = {
      data: { code: "storage-failed", message: expect.stringMatching(/^Storage is read-only/) },
    };
    await expect(client.request("files.write", { path: "small.txt", content: "x" })).rejects.toMatchObject(
      refused,
    );
    expect(await client.request("files.read", { path: "files/0.txt" })).toMatchObject({ type: "text" });

    // Not a byte is left any more: the log itself is refused, and what waits for it is not acknowledged.
    const left = statfsSync(host.seen("."));
    const rest = left.bavail * left.bsize;
    if (rest > 0) writeFileSync(host.seen("rest"), Buffer.alloc(rest, 1));
    const launched = client.request("agents.launch", {
      agent: "file-clerk",
      task: "list the files",
      model: "offline-planner",
    });
    expect(await client.request("storage.status", {})).toMatchObject({ mode: "read-only" });

    rmSync(host.seen("rest"), { force: true });
    rmSync(host.seen("filler"));
    const { agentId } = await launched;
    await last;
    await client.until("ready", changedTo("ready"));
    await client.untilEnded(agentId);
    expect(client.events.filter(changedTo("read-only"))).toHaveLength(1);
    await expectAllThere(client, host.seen, told);
    await client.request("files.write", { path: "small.txt", content: "there is room again" });
    told.set("small.txt", "there is room again");

    // And so it stands after a crash.
    const seen = client.events.slice();
    await client.request("memory.add", { owner: PERSON, text: "It recovered", tags: [] });
    await expectAllThere(client, host.seen, told);
    const { events } = await client.request("events.read", { from: 0, limit: 1_000 });
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    for (const event of seen.slice(0, events.length)) {
      expect(events[event.seq - 1]?.type).toBe(event.type);
    }
    client.close();
    expect((await host.stop()).code).toBe(0);
  },
);
