import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Progress } from "../../../shared/syscall.ts";
import { type AddOnOptions, createAddOn } from "./add-on.ts";
import { addOnEntry } from "./add-on-folder.ts";

const OWN = join(import.meta.dirname, "../../../addons/llama");
const VERSION = "3.22.1";

let root = "";
let folder = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "aios-add-on-"));
  folder = join(root, "addons", "llama");
  mkdirSync(folder, { recursive: true });
  for (const file of ["package.json", "package-lock.json"]) cpSync(join(OWN, file), join(folder, file));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** What an installation leaves, as far as it is looked at. */
function writePackages(at: string, version = VERSION, system = "linux-x64"): void {
  for (const name of ["node-llama-cpp", `@node-llama-cpp/${system}`]) {
    mkdirSync(join(at, "node_modules", name, "dist"), { recursive: true });
    writeFileSync(join(at, "node_modules", name, "package.json"), JSON.stringify({ name, version }));
  }
  writeFileSync(join(at, "node_modules", "node-llama-cpp", "dist", "index.js"), "");
}

const linux = { platform: "linux", arch: "x64" } as const;
const open = (options: Partial<AddOnOptions> = {}) =>
  createAddOn({ programFolder: root, system: linux, ...options });

function install(environment: Record<string, string>, abort = new AbortController()) {
  const told: Progress[] = [];
  const addOn = open({ environment });
  const run = { signal: abort.signal, progress: (progress: Progress) => told.push(progress) };
  return { addOn, told, done: addOn.install(run) };
}

describe("the engine", () => {
  test("that is missing is said to be, with the way to it in one line", async () => {
    expect(await open().look()).toEqual({
      status: "missing",
      version: null,
      text: expect.stringMatching(/^[^\n]*npm run addon:llama[^\n]*$/),
    });
    expect(addOnEntry(root)).toBeNull();
  });

  test("that is there is found with its version", async () => {
    writePackages(folder);
    expect(await open().look()).toMatchObject({ status: "installed", version: VERSION });
    expect(addOnEntry(root)).toBe(join(folder, "node_modules/node-llama-cpp/dist/index.js"));
  });

  test("that is half there, of two versions or of an old one is missing", async () => {
    writePackages(folder);
    rmSync(join(folder, "node_modules/@node-llama-cpp"), { recursive: true });
    expect(await open().look()).toMatchObject({ status: "missing" });
    writePackages(folder, "3.0.0");
    expect(await open().look()).toMatchObject({ status: "missing", version: "3.0.0" });
    writeFileSync(join(folder, "node_modules/node-llama-cpp/package.json"), "{");
    expect(await open().look()).toMatchObject({ status: "missing" });
  });

  test("beside the packaged app's archive is bundled; an app that was packed without it says so", async () => {
    const programFolder = join(root, "app.asar");
    expect(await open({ programFolder }).look()).toMatchObject({
      status: "missing",
      text: expect.stringMatching(/packed without/),
    });
    writePackages(folder);
    expect(await open({ programFolder }).look()).toMatchObject({ status: "bundled", version: VERSION });
    expect(addOnEntry(programFolder)).not.toBeNull();
  });

  test("is not to be had for every system", async () => {
    const addOn = open({ system: { platform: "sunos", arch: "x64" } });
    expect(await addOn.look()).toMatchObject({
      status: "unsupported",
      text: expect.stringMatching(/sunos on x64/),
    });
    const run = { signal: new AbortController().signal, progress: () => {} };
    await expect(addOn.install(run)).rejects.toMatchObject({ data: { code: "addon-missing" } });
  });
});

describe.runIf(process.platform === "linux")("an installation", () => {
  /** Fake: an npm that does what a test says, since the real one's faults cannot be had at will. */
  function fakeNpm(script: string): Record<string, string> {
    const bin = join(root, "bin");
    mkdirSync(bin);
    writeFileSync(join(bin, "npm"), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, "npm"), 0o755);
    // The running Node has its own npm beside it, if any, before the PATH's.
    return { PATH: [bin, "/usr/bin", "/bin"].join(delimiter) };
  }

  test("asks npm for the very versions, with this system's package alone, and tells how far it is", async () => {
    const source = join(root, "source");
    writePackages(source);
    const environment = fakeNpm(
      [
        `echo "$@" > ${join(root, "asked")}`,
        'for n in 1 2 3; do echo "npm http fetch GET 200 https://registry/p/-/p-$n.tgz 3ms" >&2; done',
        `cp -r ${join(source, "node_modules")} .`,
      ].join("\n"),
    );
    const { addOn, told, done } = install(environment);
    await done;
    expect(await addOn.look()).toMatchObject({ status: "installed" });
    const asked = readFileSync(join(root, "asked"), "utf8");
    expect(asked).toContain(`install @node-llama-cpp/linux-x64@${VERSION}`);
    for (const option of ["--no-save", "--omit=optional", "--ignore-scripts"])
      expect(asked).toContain(option);
    expect(told.map((each) => each.done).slice(0, 4)).toEqual([0, 1, 2, 3]);
    expect(told.at(-1)).toMatchObject({ message: `Version ${VERSION} is there` });
  });

  test("that npm refuses carries its words, without addresses and hosts", async () => {
    const environment = fakeNpm(
      [
        'echo "npm error code E404" >&2',
        'echo "npm error 404 Not Found - GET https://me:secret@registry.corp.example/@node-llama-cpp%2flinux-x64" >&2',
        'echo "npm error getaddrinfo ENOTFOUND registry.corp.example" >&2',
        'echo "npm error A complete log of this run can be found in: /root/.npm/_logs/x.log" >&2',
        "exit 1",
      ].join("\n"),
    );
    const error = await install(environment).done.catch((thrown) => thrown.data);
    expect(error).toMatchObject({ code: "addon-missing", message: expect.stringContaining("404 Not Found") });
    expect(JSON.stringify(error)).not.toMatch(/secret|corp|_logs/);
  });

  test("that ends well and brings nothing is no installation", async () => {
    await expect(install(fakeNpm("exit 0")).done).rejects.toMatchObject({
      data: { code: "addon-missing", message: expect.stringMatching(/not whole/) },
    });
  });

  test("that is cancelled ends npm with all that it started", async () => {
    const mark = join(root, "late");
    const abort = new AbortController();
    const { done } = install(fakeNpm(`(sleep 1; touch ${mark}) & sleep 30`), abort);
    await delay(100);
    abort.abort();
    await expect(done).rejects.toMatchObject({ data: { code: "cancelled" } });
    await delay(1_200);
    expect(existsSync(mark)).toBe(false);
  });

  test("without npm on the machine says what is needed", async () => {
    const isBesideNode = existsSync(join(dirname(dirname(process.execPath)), "lib/node_modules/npm"));
    if (isBesideNode) return;
    await expect(install({ PATH: root }).done).rejects.toMatchObject({
      data: {
        code: "addon-missing",
        message: expect.stringMatching(/no npm/),
        hint: expect.stringMatching(/Node\.js/),
      },
    });
  });

  test("by the real npm, of a registry that is not there, fails in its words", async () => {
    const { done } = install({
      PATH: process.env.PATH ?? "",
      HOME: root,
      npm_config_registry: "http://127.0.0.1:9/",
      npm_config_fetch_retries: "0",
    });
    const error = await done.catch((thrown) => thrown.data);
    expect(error).toMatchObject({ code: "addon-missing", message: expect.stringContaining("ECONNREFUSED") });
    expect(error.message).not.toContain("127.0.0.1");
  });
});
