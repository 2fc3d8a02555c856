import { type ChildProcessByStdio, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { afterEach, expect, test } from "vitest";
import type { VersionId } from "../../../shared/files.ts";
import { openVersionKeeper } from "../../adapters/versions/version-keeper.ts";
import type { VersionStore } from "../ports.ts";
import { differences, RandomSteps } from "./testing/storm-parts.ts";

/** `STORM=full` for the whole of it, which takes minutes; each run of the tests has a fifth. */
const FULL = process.env.STORM === "full";
const KILLS = FULL ? 50 : 10;
const OPERATIONS = FULL ? 10_000 : 2_000;
const HOST = join(import.meta.dirname, "testing/storm-host.ts");

type Line =
  | { readonly type: "ready" | "done" | "refused" }
  | {
      readonly type: "acknowledged";
      readonly made: readonly {
        readonly id: VersionId;
        readonly path: string;
        readonly hash: string | null;
      }[];
      readonly digest: string | null;
    };
type Acknowledged = Extract<Line, { type: "acknowledged" }>;

// In memory where there is some: a kill loses nothing that was handed to the system, so the disk would only take time.
const folder = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "aios-storm-"));
const root = join(folder, "workspace");
let running: ChildProcessByStdio<null, Readable, Readable> | null = null;
afterEach(() => {
  running?.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

/** One life of the program. It is killed after so many answers, or does its share to the end. */
async function live(
  seed: number,
  share: number,
  killAfter: number | null,
): Promise<{ lines: Line[]; error: string }> {
  const child = spawn(process.execPath, [HOST, folder, String(seed), String(share)], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NODE_COMPILE_CACHE: join(folder, "compiled"), NODE_NO_WARNINGS: "1" },
  });
  running = child;
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  let error = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    error += text;
  });
  const lines: Line[] = [];
  let answers = 0;
  for await (const text of createInterface({ input: child.stdout })) {
    // The last line of one that was killed may be cut.
    if (!text.endsWith("}")) continue;
    const line: Line = JSON.parse(text);
    lines.push(line);
    if (line.type === "acknowledged" || line.type === "refused") answers += 1;
    if (killAfter !== null && answers >= killAfter) child.kill("SIGKILL");
  }
  await ended;
  return { lines, error };
}

/** Every version that was acknowledged, byte for byte. */
async function readBack(store: VersionStore, acknowledged: readonly Acknowledged[]): Promise<void> {
  for (const { made, digest } of acknowledged) {
    for (const { id, path, hash } of made) {
      expect(await store.version(id)).toMatchObject({ id, path, hash });
      if (hash === null) continue;
      const content = await store.content(hash);
      expect(createHash("sha256").update(content).digest("hex")).toBe(digest ?? hash);
    }
  }
}

const openStore = () => openVersionKeeper(join(folder, "versions.db"), join(folder, "versions"));

test(`${OPERATIONS} changes by 20 writers and others, killed ${KILLS} times: nothing that was acknowledged is lost`, async () => {
  const seed = Number(process.env.STORM_SEED ?? Math.floor(Math.random() * 1e9));
  const random = new RandomSteps(seed);
  mkdirSync(join(root, "a"), { recursive: true });
  const all: Acknowledged[] = [];
  let done = 0;
  try {
    for (let kill = 0; kill <= KILLS; kill++) {
      const isLast = kill === KILLS;
      const share = isLast ? Math.max(500, OPERATIONS - done) : OPERATIONS;
      const killAfter = isLast ? null : 1 + random.next((2 * OPERATIONS) / KILLS);
      const { lines, error } = await live(random.next(1e9), share, killAfter);
      expect(error).toBe("");
      expect(lines[0]).toEqual({ type: "ready" });
      const acknowledged = lines.filter((line) => line.type === "acknowledged");
      all.push(...acknowledged);
      done += lines.filter(({ type }) => type === "acknowledged" || type === "refused").length;
      if (isLast) expect(lines.at(-1)).toEqual({ type: "done" });
      // Before anything is recovered.
      const store = openStore();
      await readBack(store, acknowledged);
      await store.close();
      if (!isLast) writeFileSync(join(root, `a/${random.next(12)}.txt`), `while it was off ${kill}`);
    }
    expect(done).toBeGreaterThanOrEqual(OPERATIONS);
    expect(all.length).toBeGreaterThan(OPERATIONS / 3);
    const store = openStore();
    expect(await differences(root, store)).toEqual([]);
    await readBack(store, all);
    await store.close();
    const names = readdirSync(folder, { recursive: true }).map(String);
    expect(names.filter((name) => name.endsWith(".tmp"))).toEqual([]);
  } catch (error) {
    throw new Error(`with STORM_SEED=${seed}: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
}, 600_000);
