import { execFile } from "node:child_process";
import {
  accessSync,
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { FuseV1Options, getCurrentFuseWire } from "@electron/fuses";
import { getLoadablePath } from "sqlite-vec";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createAddOn } from "../electron/adapters/llama/add-on.ts";
import { addOnEntry } from "../electron/adapters/llama/add-on-folder.ts";
import { buildAll } from "./build.ts";

const ROOT = join(import.meta.dirname, "..");
const run = promisify(execFile);
const bin = (path: string): string => join(ROOT, "node_modules", path);
const node = (script: string, ...args: readonly string[]) => run(process.execPath, [script, ...args]);

/** What marks the place of the fuses in a real executable; version and count follow, then one byte for each fuse. */
const FUSE_MARK = "dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX";
/** A fuse in the executable is a digit: "1" enables. */
const BLOWN_ON = "1".charCodeAt(0);

let folder = "";
let app = "";

/** Fake: the parts of an Electron distribution that packaging touches. Its real executable cannot be had offline. */
function writeDistribution(distribution: string): void {
  mkdirSync(join(distribution, "resources"), { recursive: true });
  mkdirSync(join(distribution, "locales"));
  writeFileSync(join(distribution, "locales", "en-US.pak"), "");
  writeFileSync(join(distribution, "version"), "");
  const fuses = Buffer.concat([Buffer.from(FUSE_MARK), Buffer.from([1, 9]), Buffer.from("101001111")]);
  writeFileSync(join(distribution, "electron"), fuses);
}

describe.runIf(process.platform === "linux")("the packaged app", () => {
  beforeAll(async () => {
    if (!existsSync(join(ROOT, "dist", "main", "main.js"))) await buildAll();
    folder = mkdtempSync(join(tmpdir(), "aios-package-"));
    const distribution = join(folder, "distribution");
    writeDistribution(distribution);
    await run(
      process.execPath,
      [
        bin("electron-builder/cli.js"),
        "--linux",
        "--dir",
        `-c.electronDist=${distribution}`,
        `-c.directories.output=${join(folder, "release")}`,
      ],
      { cwd: ROOT },
    );
    const resources = join(folder, "release", "linux-unpacked", "resources");
    app = join(folder, "app");
    await node(bin("@electron/asar/bin/asar.js"), "extract", join(resources, "app.asar"), app);
    cpSync(join(resources, "app.asar.unpacked"), app, { recursive: true });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each([
    "package.json",
    "dist/main/main.js",
    "dist/main/preload.cjs",
    "dist/main/memory-worker.js",
    "dist/main/sandbox-worker.js",
    "dist/main/tree-sitter-bash.wasm",
    "dist/main/web-tree-sitter.wasm",
    "dist/renderer/index.html",
    "resources/agents/maths-tutor.json",
    "resources/icons/icon.png",
  ])("holds %s", (path) => {
    expect(existsSync(join(app, path))).toBe(true);
  });

  test.each([
    "scripts",
    "e2e",
    "bench",
    "shared",
    "electron",
    "renderer",
    "node_modules/vite",
    "node_modules/electron",
    "node_modules/tree-sitter-bash",
    "node_modules/web-tree-sitter/debug",
    "node_modules/@anthropic-ai/sandbox-runtime/vendor/srt-win",
  ])("leaves out %s", (path) => {
    expect(existsSync(join(app, path))).toBe(false);
  });

  test("holds every package that the program needs: an agent runs on what was packed alone", async () => {
    const { stdout } = await run(
      process.execPath,
      [
        join(app, "dist", "main", "headless.js"),
        ...["run", "maths-tutor", "what is 6 * 7?", "--data", join(folder, "data")],
      ],
      { cwd: folder },
    );
    expect(stdout).toContain("42");
  });

  test("keeps outside the archive what the sandbox's shell has to run", () => {
    const unpacked = join(folder, "release", "linux-unpacked", "resources", "app.asar.unpacked");
    const vendor = join(unpacked, "node_modules/@anthropic-ai/sandbox-runtime/vendor/seccomp");
    for (const cpu of ["x64", "arm64"]) accessSync(join(vendor, cpu, "apply-seccomp"), constants.X_OK);
  });

  test("keeps outside the archive what SQLite loads to compare vectors", () => {
    const unpacked = join(
      folder,
      "release",
      "linux-unpacked",
      "resources",
      "app.asar.unpacked",
      "node_modules",
    );
    const file = getLoadablePath().slice(join(ROOT, "node_modules").length);
    expect(existsSync(join(unpacked, file))).toBe(true);
  });

  test.runIf(addOnEntry(ROOT, {}) !== null)("bundles the engine for model files, which loads", async () => {
    const programFolder = join(folder, "release", "linux-unpacked", "resources", "app.asar");
    const view = await createAddOn({ programFolder, environment: {} }).look();
    expect(view).toMatchObject({ status: "bundled", version: expect.any(String) });
    const script = join(folder, "load-engine.mjs");
    const load = `const { getLlama } = await import(process.argv[2]);
      const llama = await getLlama({ build: "never", gpu: false, skipDownload: true, logLevel: "disabled" });
      console.log(typeof llama.loadModel);`;
    writeFileSync(script, load);
    const { stdout } = await node(script, addOnEntry(programFolder, {}) ?? "");
    expect(stdout.trim()).toBe("function");
  });

  test("has the fuses blown that would let another program in", async () => {
    const executable = join(folder, "release", "linux-unpacked", "aios-desktop");
    const wire = await getCurrentFuseWire(executable);
    const on = (fuse: FuseV1Options) => wire[fuse] === BLOWN_ON;
    expect({
      runAsNode: on(FuseV1Options.RunAsNode),
      nodeOptions: on(FuseV1Options.EnableNodeOptionsEnvironmentVariable),
      inspect: on(FuseV1Options.EnableNodeCliInspectArguments),
      cookieEncryption: on(FuseV1Options.EnableCookieEncryption),
      integrity: on(FuseV1Options.EnableEmbeddedAsarIntegrityValidation),
      onlyAsar: on(FuseV1Options.OnlyLoadAppFromAsar),
      fileProtocol: on(FuseV1Options.GrantFileProtocolExtraPrivileges),
    }).toEqual({
      runAsNode: false,
      nodeOptions: false,
      inspect: false,
      cookieEncryption: true,
      integrity: true,
      onlyAsar: true,
      fileProtocol: false,
    });
  });
});
