import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sensitivity } from "../kernel/access/sensitive-paths.ts";
import { processesNaming } from "./sandbox/testing/processes-naming.ts";
import { NO_SANDBOX, Sandboxed } from "./sandbox/testing/sandboxed.ts";
import { createSandbox } from "./sandbox.ts";

const LIMITS = { ms: 20_000, outputBytes: 100_000, processes: 16 };

describe.skipIf(NO_SANDBOX !== null || process.platform !== "linux")(
  `limits of the sandbox ${NO_SANDBOX ?? ""}`,
  () => {
    let sandboxed: Sandboxed;
    beforeAll(() => {
      sandboxed = new Sandboxed();
    });
    afterAll(() => sandboxed.close());

    const nobodyIsLeft = (text: string) =>
      expect.poll(() => processesNaming(text), { timeout: 10_000 }).toEqual([]);

    it("ends a command that takes too long, with all that it started", async () => {
      const end = await sandboxed.bash("setsid sleep 301.5 & (trap '' TERM INT HUP; sleep 301.5)", {
        limits: { ...LIMITS, ms: 700 },
      });
      expect(end.ended).toBe("timed-out");
      await nobodyIsLeft("301.5");
    });

    it("ends a command at once when the call is cancelled, and keeps what it had said", async () => {
      const cancel = new AbortController();
      const end = await sandboxed.bash("echo begun; sleep 302.5", {
        signal: cancel.signal,
        onOutput: () => cancel.abort(),
      });
      expect(end).toMatchObject({ ended: "cancelled", output: "begun\n" });
      await nobodyIsLeft("302.5");
      const before = AbortSignal.abort();
      await expect(sandboxed.bash("echo x", { signal: before })).rejects.toMatchObject({
        data: { code: "cancelled" },
      });
    });

    it("leaves nothing in the background when the command itself has ended", async () => {
      const end = await sandboxed.bash("nohup setsid sleep 303.5 >/dev/null 2>&1 & disown; echo done");
      expect(end).toMatchObject({ ended: "exited", code: 0 });
      await nobodyIsLeft("303.5");
    });

    it("stops a command that says too much, and gives what it had said until then", async () => {
      const parts: string[] = [];
      const end = await sandboxed.bash("yes ü", { limits: LIMITS, onOutput: (text) => parts.push(text) });
      expect(end).toMatchObject({ ended: "too-much-output", cut: "cut" });
      expect(Buffer.byteLength(end.output)).toBeLessThanOrEqual(LIMITS.outputBytes);
      expect(end.output.length).toBeGreaterThan(1_000);
      expect(parts.join("")).toBe(end.output);
    });

    it("stops a fork bomb", async () => {
      const marker = "304.5";
      const end = await sandboxed.bash(`bomb() { sleep ${marker} & bomb | bomb & }; bomb; sleep ${marker}`, {
        limits: LIMITS,
      });
      expect(end.ended).toBe("too-many-processes");
      await nobodyIsLeft(marker);
    });

    it("lets as many processes run as it may", async () => {
      const end = await sandboxed.bash("for i in $(seq 12); do sleep 0.4 & done; wait; echo all", {
        limits: LIMITS,
      });
      expect(end).toMatchObject({ ended: "exited", output: "all\n" });
    });

    it("keeps characters whole that come in parts", async () => {
      const end = await sandboxed.bash("printf '\\xc3'; sleep 0.1; printf '\\xbc\\xff'");
      expect(end.output).toBe("ü\uFFFD");
    });

    it("says how a command ended", async () => {
      expect(await sandboxed.bash("exit 42")).toMatchObject({ code: 42, signal: null });
      expect((await sandboxed.bash("kill -SEGV $$")).code).toBe(128 + 11);
      expect((await sandboxed.bash("", { argv: ["no-such-program"] })).code).toBe(127);
    });

    it.each([
      ["none", []],
      ["some", ["example.invalid"]],
    ] as const)("leaves no process when the program is killed, with hosts: %s", async (_, hosts) => {
      const file = join(import.meta.dirname, "sandbox/testing/sandbox-host.ts");
      const host: ChildProcess = spawn(process.execPath, [file, sandboxed.workspace, ...hosts], {
        stdio: ["ignore", "pipe", "inherit"],
        env: { ...process.env, TMPDIR: sandboxed.dataFolder },
      });
      try {
        await once(host.stdout ?? host, "data");
        // Our own host, its bubblewrap and, with hosts, the relay: all name the folder.
        expect(processesNaming(sandboxed.dataFolder).length).toBeGreaterThan(hosts.length + 1);
      } finally {
        host.kill("SIGKILL");
        await once(host, "exit");
      }
      await nobodyIsLeft(sandboxed.dataFolder);
    });

    it("keeps proxies only while a call has hosts, and no folder after its end", async () => {
      const own = new Sandboxed();
      const call = own.bash("echo here; sleep 0.3", { hosts: ["example.invalid"] });
      await expect(call).resolves.toMatchObject({ output: "here\n" });
      await nobodyIsLeft("/claude-http-");
      const before = readdirSync(realpathSync(tmpdir())).filter((name) => name.startsWith("aios-sandbox-"));
      await own.close();
      const after = readdirSync(realpathSync(tmpdir())).filter((name) => name.startsWith("aios-sandbox-"));
      expect(after.length).toBeLessThan(before.length);
    });
  },
);

describe("without a sandbox", () => {
  it("says what is missing and how to get it, and runs nothing", async () => {
    const sandbox = createSandbox({ dataFolder: tmpdir(), sensitivity, path: "/nowhere" });
    const found = await sandbox.availability();
    expect(found.type).toBe("missing");
    if (process.platform === "linux") {
      expect(found).toMatchObject({
        hint: expect.stringContaining("apt-get install bubblewrap socat ripgrep"),
      });
    }
    const run = sandbox.run({
      argv: ["true"],
      folder: tmpdir(),
      writes: "none",
      hosts: [],
      env: {},
      limits: LIMITS,
      signal: new AbortController().signal,
      onOutput: () => {},
    });
    await expect(run).rejects.toMatchObject({ data: { code: "sandbox-missing" } });
    await delay(0);
    await sandbox.close();
  });
});
