import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { whyNoDownload } from "./start/electron-binary.ts";
import { type StartOptions, start } from "./start.ts";

const NOBODY = 1_000;
/** An address on which nothing listens: the discard port of this machine. */
const UNREACHABLE = "http://127.0.0.1:9/";

let root = "";
let printed: string[] = [];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "aios-start-"));
  printed = [];
  write("dist/main/headless.js", recorder("headless.json", 0));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

/** A program that leaves its arguments in a file and ends. */
const recorder = (file: string, code: number, complaint = "") => `
import { writeFileSync } from "node:fs";
writeFileSync(${JSON.stringify(join(root, file))}, JSON.stringify(process.argv.slice(2)));
process.stderr.write(${JSON.stringify(complaint)});
process.exitCode = ${code};
`;

/** Puts a program where the electron package keeps its executable. */
function installProgram(code: number, complaint = ""): void {
  write("program.mjs", recorder("desktop.json", code, complaint));
  write("node_modules/electron/path.txt", "electron");
  write(
    "node_modules/electron/dist/electron",
    `#!/bin/sh\nexec "${process.execPath}" "${root}/program.mjs" "$@"\n`,
  );
  chmodSync(join(root, "node_modules/electron/dist/electron"), 0o755);
}

const argumentsOf = (file: string): unknown => JSON.parse(readFileSync(join(root, file), "utf8"));

const run = (changes: Partial<StartOptions> = {}) =>
  start({
    root,
    args: ["--port", "4321"],
    environment: { DISPLAY: ":0", ELECTRON_MIRROR: UNREACHABLE },
    platform: "linux",
    userId: NOBODY,
    print: (line) => printed.push(line),
    ...changes,
  });

describe("start", () => {
  test("serves headless without a display, saying so in one line, and passes the arguments on", async () => {
    expect(await run({ environment: {} })).toBe(0);
    expect(printed).toEqual([expect.stringMatching(/^No display: .*headless/)]);
    expect(argumentsOf("headless.json")).toEqual(["serve", "--port", "4321"]);
  });

  test("serves headless as root, whatever is installed", async () => {
    installProgram(0);
    expect(await run({ userId: 0 })).toBe(0);
    expect(printed).toEqual([expect.stringMatching(/root.*headless/)]);
    expect(argumentsOf("headless.json")).toEqual(["serve", "--port", "4321"]);
  });

  test("serves headless where the binary is absent and its host is out of reach", async () => {
    expect(await run()).toBe(0);
    expect(printed).toEqual([
      expect.stringMatching(/^Electron's binary cannot be had: 127\.0\.0\.1:9 .*headless/),
    ]);
  });

  test("opens the desktop with the app's folder and the arguments, and never without the sandbox", async () => {
    installProgram(0);
    expect(await run()).toBe(0);
    expect(printed).toEqual([]);
    expect(argumentsOf("desktop.json")).toEqual([root, "--port", "4321"]);
    expect(() => argumentsOf("headless.json")).toThrow(/ENOENT/);
  });

  test("finds the binary in the folder that the environment names", async () => {
    installProgram(0);
    const folder = join(root, "node_modules/electron/dist");
    expect(await run({ environment: { WAYLAND_DISPLAY: "w", ELECTRON_OVERRIDE_DIST_PATH: folder } })).toBe(0);
    expect(argumentsOf("desktop.json")).toEqual([root, "--port", "4321"]);
  });

  test("serves headless when the binary ends at once, with its first complaint", async () => {
    installProgram(127, "\nerror while loading shared libraries: libgtk-3.so.0\nmore\n");
    expect(await run()).toBe(0);
    expect(printed).toHaveLength(1);
    expect(printed[0]).toMatch(
      /code 127: error while loading shared libraries: libgtk-3\.so\.0\. .*headless/,
    );
  });

  test("does not serve headless when the desktop has said why the kernel cannot start", async () => {
    installProgram(3);
    expect(await run()).toBe(3);
    expect(printed).toEqual([]);
    expect(() => argumentsOf("headless.json")).toThrow(/ENOENT/);
  });

  test("hands on the exit code of the headless host", async () => {
    write("dist/main/headless.js", recorder("headless.json", 2));
    expect(await run({ environment: {} })).toBe(2);
  });
});

describe("whyNoDownload", () => {
  test("gives up on a host that takes the connection and stays silent", async () => {
    const server = createServer(() => {}).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const reason = await whyNoDownload({ ELECTRON_MIRROR: `http://127.0.0.1:${port}/` }, 100);
    expect(reason).toBe(`127.0.0.1:${port} did not answer in 0.1 s`);
    server.close();
  });
});
