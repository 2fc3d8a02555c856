import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, describe, expect, test } from "vitest";
import type { ServerTransport } from "../../../shared/servers.ts";
import { membersOf } from "./process-group.ts";
import { Connections, never, RecordedEvents } from "./testing/connections.ts";
import { isRunning, until } from "./testing/processes.ts";
import { odd, reference } from "./testing/servers.ts";

const connections = new Connections();
const patient = new Connections();
const hasty = new Connections({ connectMs: 700 });
afterAll(() => Promise.all([connections, patient, hasty].map((each) => each.close())));

/** Processes in the ledger of a folder. */
const written = (folder: string): readonly { readonly pid: number }[] =>
  JSON.parse(readFileSync(join(folder, ".processes.json"), "utf8")).entries;

describe("a server that is killed in mid-call", () => {
  test("fails that call, says so once, and leaves other servers alone", async () => {
    const first = await connections.open(reference("everything"));
    const second = await connections.open(reference("everything"));
    const lost = first.call("trigger-long-running-operation", { duration: 20 });
    const kept = second.call("trigger-long-running-operation", { duration: 0.6, steps: 1 });
    const { pid } = first.connection;
    expect(written(connections.folder)).toContainEqual(expect.objectContaining({ pid }));
    process.kill(pid ?? 0, "SIGKILL");
    await expect(lost).rejects.toMatchObject({
      data: { code: "server-crashed", message: expect.stringContaining("tested was ended by SIGKILL") },
    });
    expect((await kept).outcome).toBe("ok");
    await expect(first.call("echo", { message: "x" })).rejects.toMatchObject({
      data: { code: "server-crashed" },
    });
    await first.connection.close();
    expect(first.events.closes).toEqual([
      { code: "server-crashed", message: expect.stringContaining("was ended by SIGKILL") },
    ]);
    expect(second.events.closes).toEqual([]);
    await until(() => !written(connections.folder).some((entry) => entry.pid === pid));
  });

  test("an exit of its own comes with its last words", async () => {
    const { call, events } = await connections.open(odd("plain"));
    await expect(call("exit")).rejects.toMatchObject({
      data: {
        code: "server-crashed",
        message: expect.stringMatching(/exit code 9\. It last printed:\nout of memory/),
      },
    });
    expect(events.closes).toHaveLength(1);
  });
});

describe("a cancelled call", () => {
  test("is cancelled on the server too", async () => {
    const { call, events } = await connections.open(odd("plain"));
    const logged = (text: string): boolean => events.logs.some((line) => line.text === text);
    const abort = new AbortController();
    const waiting = call("wait", {}, { signal: abort.signal });
    await until(() => logged("waiting"));
    abort.abort();
    await expect(waiting).rejects.toMatchObject({ data: { code: "cancelled" } });
    await until(() => logged("the cancel arrived"));
  });

  test("so is one whose time is over", async () => {
    const { call, events } = await connections.open(odd("plain"));
    await expect(call("wait", {}, { timeoutMs: 100 })).rejects.toMatchObject({
      data: { code: "tool-timed-out", message: "tested did not answer within 0.1 s" },
    });
    await until(() => events.logs.some((line) => line.text === "the cancel arrived"));
  });
});

describe("a server that cannot be used", () => {
  test.each<readonly [string, ServerTransport, RegExp, Connections]>([
    [
      "ends at once",
      odd("refuses"),
      /ended with exit code 3\. It last printed:\nstarting with \[secret\]\nODD_PORT is not set/,
      patient,
    ],
    ["never answers", odd("silent"), /did not answer within 0.7 s/, hasty],
    ["writes garbage", odd("garbage"), /did not answer within 0.7 s/, hasty],
    ["is not there", { ...odd("plain"), command: "no-such-program" } as ServerTransport, /ENOENT/, patient],
    ["has no folder", { ...odd("plain"), folder: "/no/such/folder" } as ServerTransport, /ENOENT/, patient],
  ])(
    "%s: it is refused with its own words, and nothing of it is left",
    async (_, transport, says, opener) => {
      const events = new RecordedEvents();
      const secrets = { ODD_KEY: "s3cret-of-the-server" };
      const failed = opener.open(transport, { events, secrets });
      await expect(failed).rejects.toMatchObject({
        data: { code: "server-failed", message: expect.stringMatching(says) },
      });
      expect(JSON.stringify(events.logs)).not.toContain(secrets.ODD_KEY);
      expect(events.closes).toEqual([]);
      expect(written(opener.folder)).toEqual([]);
    },
  );

  test("a message without end, or of nobody's asking, breaks the connection, not the memory", async () => {
    await expect(connections.open(odd("flood"))).rejects.toMatchObject({
      data: { code: "server-failed", message: expect.stringContaining("and no end of it") },
    });
    const { call, events } = await connections.open(odd("plain"));
    await expect(call("huge-notice")).rejects.toMatchObject({
      data: { code: "server-crashed", message: expect.stringContaining("and 16000000 are the most") },
    });
    expect(events.closes).toHaveLength(1);
  });

  test("an answer that is too long fails its call alone", async () => {
    const { call, events } = await connections.open(odd("plain"));
    const waiting = call("huge");
    const beside = call("surrogates");
    await expect(waiting).rejects.toMatchObject({
      data: { code: "tool-failed", message: expect.stringMatching(/^The answer has 200\d{5} bytes/) },
    });
    expect((await beside).text).toBe("a\ufffdb");
    expect((await call("surrogates")).outcome).toBe("ok");
    expect(events.closes).toEqual([]);
  });

  test("one that asks without end and reads no answer is ended", async () => {
    const { call, connection, events } = await connections.open(odd("plain"));
    await call("deaf").catch(() => {});
    await until(() => events.closes.length === 1);
    expect(events.closes[0]?.message).toContain("reads nothing of what it is sent");
    await connection.close();
    expect(await isRunning(connection.pid ?? 0)).toBe(false);
  });

  test("a start that is called off ends the server", async () => {
    const abort = new AbortController();
    const starting = connections.open(odd("silent"), { signal: abort.signal });
    await until(() => written(connections.folder).length > 0);
    abort.abort();
    await expect(starting).rejects.toMatchObject({ data: { code: "cancelled" } });
    await expect(connections.open(odd("plain"), { signal: abort.signal })).rejects.toMatchObject({
      data: { code: "cancelled" },
    });
  });
});

test.runIf(process.platform !== "win32")(
  "a start without a free file descriptor fails by itself alone",
  async () => {
    const program = fileURLToPath(new URL("testing/no-descriptors.ts", import.meta.url));
    const limited = 'ulimit -n 64 && exec "$0" "$1"';
    const { stdout } = await promisify(execFile)("sh", ["-c", limited, process.execPath, program]);
    expect(stdout).toBe("refused: EMFILE");
  },
);

describe.concurrent("a server that is odd but usable", () => {
  test("prints lines where only messages belong: they are log lines", async () => {
    const { connection, events } = await connections.open(odd("noisy"));
    expect(await connection.tools(never())).toHaveLength(1);
    await until(() => events.logs.length > 1);
    expect(events.logs).toEqual([
      { level: "stdout", text: "Welcome to the noisy server" },
      { level: "stdout", text: '{"level":"info","text":"not of the protocol"}' },
    ]);
  });

  test.each(["stubborn", "parent"])("%s: no process of its group outlives its connection", async (mode) => {
    const { connection } = await connections.open(odd(mode));
    const { pid } = connection;
    if (pid === null) throw new Error("no pid");
    if (process.platform === "linux") {
      await until(async () => (await membersOf(pid)).length === (mode === "parent" ? 2 : 1));
    }
    await connection.close();
    expect(await isRunning(pid)).toBe(false);
    if (process.platform === "linux") expect(await membersOf(pid)).toEqual([]);
  });

  test.runIf(process.platform === "linux")("a crash ends what the server had started", async () => {
    const { connection, events } = await connections.open(odd("parent"));
    const pid = connection.pid ?? 0;
    await until(async () => (await membersOf(pid)).length === 2);
    process.kill(pid, "SIGKILL");
    await until(() => events.closes.length === 1);
    await until(async () => (await membersOf(pid)).length === 0);
  });
});
