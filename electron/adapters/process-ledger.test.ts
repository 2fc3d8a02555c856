import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { endGroup, membersOf } from "./mcp/process-group.ts";
import { isRunning, until } from "./mcp/testing/processes.ts";
import { MARK_VARIABLE, openProcessLedger } from "./process-ledger.ts";

let folder: string;
let file: string;
const hosts: ChildProcess[] = [];
const groups: number[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aios-ledger-"));
  file = join(folder, "processes.json");
});
afterEach(async () => {
  for (const host of hosts.splice(0)) host.kill("SIGKILL");
  await Promise.all(groups.splice(0).map((leader) => endGroup(leader, { terminateMs: 0, killMs: 5_000 })));
  rmSync(folder, { recursive: true });
});

/** A program that only SIGKILL ends, in a group of its own, once it says that it runs. */
async function start(
  environment: Readonly<Record<string, string>> = {},
  program = STUBBORN,
): Promise<number> {
  const child = spawn(process.execPath, ["-e", program], {
    detached: true,
    stdio: ["ignore", "pipe", "inherit"],
    env: environment,
  });
  if (child.pid === undefined) throw new Error("it did not start");
  groups.push(child.pid);
  await once(child.stdout, "data");
  return child.pid;
}

const STUBBORN = "process.on('SIGTERM',()=>{}); setInterval(()=>{},1000); console.log('here')";
/** Starts a stubborn child in its own group and ends at once. */
const LEAVES_A_CHILD = `
  const { spawn } = require("node:child_process");
  const child = spawn(process.execPath, ["-e", ${JSON.stringify(STUBBORN)}], { stdio: ["ignore", "pipe", "ignore"] });
  child.stdout.once("data", () => { console.log("here"); process.exit(); });
`;

describe("the ledger of processes", () => {
  test("a killed kernel leaves a server that ignores every request to end, and the next one ends it", async () => {
    const host = spawn(
      process.execPath,
      [fileURLToPath(new URL("mcp/testing/ledger-host.ts", import.meta.url)), folder],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    hosts.push(host);
    const [line] = await once(createInterface({ input: host.stdout }), "line");
    const pid = Number(line);
    groups.push(pid);
    host.kill("SIGKILL");
    await once(host, "exit");
    expect(await isRunning(pid)).toBe(true);

    const ledger = await openProcessLedger(file);
    expect(ledger.ended).toMatchObject([{ pid, command: expect.stringContaining("odd-server.ts") }]);
    expect(await isRunning(pid)).toBe(false);
    expect((await openProcessLedger(file)).ended).toEqual([]);
  });

  test("a process that has the pid of an ended one is left alone", async () => {
    const first = await openProcessLedger(file);
    const pid = await start();
    await first.add(pid, "a server");
    const written = JSON.parse(readFileSync(file, "utf8"));
    written.entries[0].started = `${written.entries[0].started}0`;
    writeFileSync(file, JSON.stringify(written));

    expect((await openProcessLedger(file)).ended).toEqual([]);
    expect(await isRunning(pid)).toBe(true);
  });

  test("what has ended in order is not in it any more, and neither is what was already gone", async () => {
    const first = await openProcessLedger(file);
    const pid = await start();
    await first.add(pid, "a server");
    first.remove(pid);
    await first.add(2 ** 22 + 1, "a server that is gone");
    expect((await openProcessLedger(file)).ended).toEqual([]);
    expect(await isRunning(pid)).toBe(true);
  });

  test("a file that cannot be read counts as empty; one that cannot be written is reported", async () => {
    writeFileSync(file, "{");
    expect((await openProcessLedger(file)).ended).toEqual([]);
    writeFileSync(file, JSON.stringify({ mark: "m", entries: [{ pid: 1, started: "x", command: "init" }] }));
    expect((await openProcessLedger(file)).ended).toEqual([]);
    await expect(openProcessLedger(join(folder, "none", "processes.json"))).rejects.toMatchObject({
      data: { code: "storage-failed" },
    });
  });
});

describe.runIf(process.platform === "linux")("a group whose leader is gone", () => {
  test("is ended when its members carry the mark, and left alone when they do not", async () => {
    const first = await openProcessLedger(file);
    const marked = await start({ [MARK_VARIABLE]: first.mark }, LEAVES_A_CHILD);
    const other = await start({}, LEAVES_A_CHILD);
    await until(async () => !(await isRunning(marked)) && !(await isRunning(other)));
    const { mark } = first;
    const entries = [marked, other].map((pid) => ({ pid, started: "before", command: "left" }));
    writeFileSync(file, JSON.stringify({ mark, entries }));

    expect((await openProcessLedger(file)).ended.map(({ pid }) => pid)).toEqual([marked]);
    expect(await membersOf(marked)).toEqual([]);
    expect(await membersOf(other)).toHaveLength(1);
  });
});
