import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import type { JsonObject } from "../../shared/messages.ts";
import type { Effect } from "../../shared/permission.ts";
import type { Tool, ToolReply } from "../kernel/ports.ts";
import { NO_SANDBOX, Sandboxed } from "./sandbox/testing/sandboxed.ts";
import type { Sandbox } from "./sandbox.ts";
import { createShellTools, type ShellToolOptions } from "./shell-tools.ts";
import { toolRun } from "./testing/tool-run.ts";

const READ: Effect = { type: "read", target: ".", reversible: "yes" };
const CALLER = { memoryOwner: "test" };

describe("the shell tools", () => {
  let sandboxed: Sandboxed;
  let asked: Parameters<ShellToolOptions["shellEffects"]>[0][] = [];
  beforeAll(() => {
    sandboxed = new Sandboxed();
    writeFileSync(join(sandboxed.workspace, "welcome.md"), "one\ntwo\n");
  });
  afterAll(() => sandboxed.close());

  /** Fake: a machine on which no sandbox can be had. */
  const noSandbox = (): Sandbox => ({
    ...sandboxed.sandbox,
    availability: async () => ({
      type: "missing",
      reason: "Not installed: bubblewrap",
      hint: "apt-get install it",
    }),
    run: () => Promise.reject(new Error("there is none")),
  });

  const tools = (options: Partial<ShellToolOptions> = {}): Record<"command" | "javascript", Tool> => {
    asked = [];
    const [command, javascript] = createShellTools({
      sandbox: sandboxed.sandbox,
      workspace: sandboxed.workspace,
      shellEffects: async (request) => {
        asked.push(request);
        return [READ];
      },
      allowedHosts: () => [],
      outsideFiles: () => [],
      ...options,
    });
    if (!command || !javascript) throw new Error("two tools were expected");
    return { command, javascript };
  };
  const call = async (tool: Tool, args: Parameters<Tool["parse"]>[0]): Promise<ToolReply> => {
    const reply = await tool.run(tool.parse(args), toolRun());
    if (typeof reply === "string") throw new Error("a reply was expected");
    return reply;
  };

  test("a model is told what they take, and what is missing is filled in", () => {
    const { command, javascript } = tools();
    expect(command.specification).toMatchObject({
      name: "run_command",
      parameters: { required: ["command"] },
    });
    expect(javascript.specification).toMatchObject({
      name: "run_javascript",
      parameters: { required: ["code"] },
    });
    expect(command.parse({ command: "ls" })).toEqual({
      command: "ls",
      writes: "none",
      hosts: [],
      timeoutSeconds: 60,
    });
    expect(command.parse(command.parse({ command: "ls" }))).toEqual(command.parse({ command: "ls" }));
    const code = { code: "1" };
    expect(javascript.parse(code)).toEqual({ ...code, writes: "none", timeoutSeconds: 60 });
    const faulty: readonly JsonObject[] = [
      { command: " " },
      { command: "a\0b" },
      { command: "ls", writes: "everywhere" },
      { command: "ls", timeoutSeconds: 601 },
      { command: "ls", hosts: ["https://example.com/"] },
      { command: "ls", hosts: Array(11).fill("example.com") },
    ];
    for (const bad of faulty) {
      expect(() => command.parse(bad)).toThrow(/run_command/);
    }
  });

  test("a host that the person has not listed is refused, and the setting is named", async () => {
    const { command } = tools({ allowedHosts: () => ["example.com", "*.example.org"] });
    const effects = (hosts: string[]) => command.effects({ command: "ls", hosts }, CALLER);
    await effects(["example.com", "API.example.org"]);
    for (const host of ["example.org", "notexample.com", "example.com.evil.net", "*.com"]) {
      await expect(effects([host])).rejects.toMatchObject({
        data: { code: "not-allowed", hint: expect.stringContaining("Access under Reach") },
      });
      await expect(call(command, { command: "true", hosts: [host] })).rejects.toMatchObject({
        data: { code: "not-allowed" },
      });
    }
  });

  test("an agent with a workspace of its own is refused, and told of a way out", async () => {
    const { command, javascript } = tools();
    const workspace = { type: "folder", path: "agents/ada" } as const;
    const refusal = { data: { code: "not-allowed", hint: expect.stringContaining("manifest") } };
    const caller = { ...CALLER, workspace };
    await expect(command.effects({ command: "ls" }, caller)).rejects.toMatchObject(refusal);
    await expect(javascript.effects({ code: "1" }, caller)).rejects.toMatchObject(refusal);
  });

  test("a call with hosts brings in text of the web, and any call what came from outside before", async () => {
    const asked: (readonly string[] | null)[] = [];
    const { command, javascript } = tools({
      allowedHosts: () => ["example.com"],
      outsideFiles: (paths) => {
        asked.push(paths);
        return ["downloads"];
      },
    });
    const downloads = { type: "file", path: "downloads" };
    const web = { type: "web", host: "example.com" };
    expect(await command.taints({ command: "ls", hosts: ["example.com"] })).toEqual([web, downloads]);
    expect(await javascript.taints({ code: "1" })).toEqual([downloads]);
    // What is known to read, reads what its effects say; what else runs may read anything.
    expect(asked).toEqual([[READ.target], null]);
    expect(await tools().command.taints({ command: "ls" })).toEqual([]);
    expect(command.privates({ command: "ls" })).toEqual([{ type: "workspace" }]);
  });

  describe.skipIf(NO_SANDBOX !== null)(`with a sandbox ${NO_SANDBOX ?? ""}`, () => {
    it("judges a command as one that is confined, and says what confines it", async () => {
      const { command, javascript } = tools({ allowedHosts: () => ["example.com"] });
      const args = { command: "ls", writes: "workspace", hosts: ["example.com"] };
      expect(await command.effects(args, CALLER)).toEqual([READ]);
      expect(asked).toEqual([{ ...args, confinement: "sandbox" }]);
      expect(await command.preview(args)).toMatchObject({
        command: "ls",
        confinement: expect.stringMatching(/writes in the workspace only.*example\.com alone/),
        unconfined: null,
      });
      const code = "\nconst a = 1;\nconsole.log(a)";
      expect(await javascript.effects({ code }, CALLER)).toEqual([
        { type: "exec", target: "const a = 1;", reversible: "yes" },
      ]);
      expect(await javascript.effects({ code, writes: "workspace" }, CALLER)).toMatchObject([
        { reversible: "no" },
      ]);
      expect(await javascript.preview({ code })).toMatchObject({
        confinement: expect.stringContaining("no network"),
      });
    });

    it("gives the output as it comes and whole, with how the command ended", async () => {
      const { command } = tools();
      const parts: string[] = [];
      const args = command.parse({ command: "wc -l welcome.md; echo oh >&2" });
      const run = { ...toolRun(), output: (text: string) => void parts.push(text) };
      expect(await command.run(args, run)).toEqual({
        text: "2 welcome.md\noh\n[exit code 0]",
        images: [],
        outcome: "ok",
      });
      expect(parts.join("")).toBe("2 welcome.md\noh\n");
      expect(await call(command, { command: "printf x; exit 3" })).toMatchObject({
        text: "x\n[exit code 3]",
        outcome: "error",
      });
      expect(await call(command, { command: "echo a; sleep 60", timeoutSeconds: 1 })).toMatchObject({
        text: "a\n[stopped after 1 s]",
        outcome: "error",
      });
      const flood = await call(command, { command: "yes" });
      expect(flood.text).toMatch(/\[stopped: more than 4 MB of output, the rest is lost\]$/);
      expect(flood.text.length).toBeLessThan(4_001_000);
    });

    it("says which files it wrote, also when it is stopped, and looks for none where it cannot write", async () => {
      const { command } = tools();
      const wrote: string[] = [];
      const run = {
        ...toolRun(),
        wrote: async (files: () => Promise<readonly string[]>) => void wrote.push(...(await files())),
      };
      const script = "mkdir -p out && echo 1 > out/one.txt && echo 2 > two.txt && sleep 60";
      const args = command.parse({ command: script, writes: "workspace", timeoutSeconds: 1 });
      await command.run(args, run);
      expect(wrote.toSorted()).toEqual(["out/one.txt", "two.txt"]);
      await command.run(command.parse({ command: "echo 3 > three.txt" }), run);
      expect(wrote).toHaveLength(2);
    });

    it("runs JavaScript with what it prints, what it throws, and no way out", async () => {
      const { javascript } = tools();
      expect(
        await call(javascript, { code: "console.log([1, 2].map((n) => n * 2)); console.error('e')" }),
      ).toEqual({
        text: "[ 2, 4 ]\ne\n[exit code 0]",
        images: [],
        outcome: "ok",
      });
      const module =
        "import { readFileSync } from 'node:fs';\nconsole.log(await readFileSync('welcome.md', 'utf8'))";
      expect((await call(javascript, { code: module })).text).toBe("one\ntwo\n\n[exit code 0]");
      const thrown = await call(javascript, { code: "throw new Error('on purpose')" });
      expect(thrown.text).toMatch(/Error: on purpose[\s\S]*\[exit code 1\]$/);
      expect(thrown.outcome).toBe("error");
      const write = "require('fs').writeFileSync('made.txt', 'x')";
      expect((await call(javascript, { code: write })).text).toMatch(/EROFS|read-only/);
      expect(existsSync(join(sandboxed.workspace, "made.txt"))).toBe(false);
      expect((await call(javascript, { code: write, writes: "workspace" })).outcome).toBe("ok");
      expect(readFileSync(join(sandboxed.workspace, "made.txt"), "utf8")).toBe("x");
      const way = "fetch('http://192.0.2.1/').catch((e) => console.log('no way', e.cause.code))";
      expect((await call(javascript, { code: way })).text).toMatch(/^no way E/);
    });

    it("breaks off when the call is cancelled", async () => {
      const { command } = tools();
      const cancel = new AbortController();
      const run = { ...toolRun(cancel.signal), output: () => cancel.abort() };
      await expect(command.run(command.parse({ command: "echo a; sleep 60" }), run)).rejects.toMatchObject({
        data: { code: "cancelled" },
      });
    });
  });

  describe.skipIf(process.platform === "win32")("without a sandbox", () => {
    it("is asked about every time, with the reason", async () => {
      const { command, javascript } = tools({ sandbox: noSandbox() });
      await command.effects({ command: "ls" }, CALLER);
      expect(asked).toMatchObject([{ confinement: "none" }]);
      expect(await javascript.effects({ code: "1" }, CALLER)).toEqual([
        {
          type: "exec",
          target: "1",
          reversible: "no",
          opaque: expect.stringContaining("Not installed: bubblewrap"),
        },
      ]);
      for (const preview of [
        await command.preview({ command: "ls" }),
        await javascript.preview({ code: "1" }),
      ]) {
        expect(preview).toMatchObject({
          confinement: null,
          unconfined: "Not installed: bubblewrap. apt-get install it",
        });
      }
    });

    it("runs all the same, with nothing of our environment and its limits kept", async () => {
      process.env.PLANTED_API_KEY = "PLANTED";
      try {
        const { command, javascript } = tools({ sandbox: noSandbox() });
        const said = await call(command, { command: "wc -l welcome.md; env; echo $0" });
        expect(said.text).toMatch(/^2 welcome\.md\n/);
        expect(said.text).not.toContain("PLANTED");
        expect((await call(javascript, { code: "console.log(6 * 7)" })).text).toBe("42\n[exit code 0]");
        const late = await call(command, { command: "sleep 60 & sleep 60", timeoutSeconds: 1 });
        expect(late.text).toBe("[stopped after 1 s]");
        const left = await call(command, { command: "sleep 60 & echo done" });
        expect(left.text).toBe("done\n[exit code 0]");
      } finally {
        delete process.env.PLANTED_API_KEY;
      }
    });
  });
});
