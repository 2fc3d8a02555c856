import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { checkFileLength, MOST_LINES } from "./check/file-length.ts";
import { checkImportTable } from "./check/import-table.ts";
import { checkKernelPurity } from "./check/kernel-purity.ts";
import { formatFindings } from "./check/run-checks.ts";
import { readSourceFiles } from "./check/source-files.ts";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "aios-check-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, text: string): void {
  const whole = join(root, path);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, text);
}

describe("the import table", () => {
  const refused: readonly (readonly [path: string, text: string, says: string])[] = [
    ["shared/a.ts", `import { join } from "node:path";`, "shared may import zod"],
    ["shared/a.ts", `export * from "../electron/kernel/b.ts";`, "shared may import zod"],
    ["electron/kernel/a.ts", `import fs from "node:fs";`, "the kernel may import shared, zod"],
    ["electron/kernel/a.ts", `import fs from "fs";`, "the kernel may import shared, zod"],
    ["electron/kernel/a.ts", `import type { Database } from "better-sqlite3";`, "the kernel may import"],
    ["electron/kernel/a.ts", `import { openStore } from "../adapters/store.ts";`, "the kernel may import"],
    ["electron/kernel/a.ts", `export const load = () => import("../adapters/store.ts");`, "the kernel may"],
    ["electron/kernel/a.ts", `const name = "fs"; await import(name);`, "computed name"],
    ["electron/kernel/a.ts", `type Fs = import("node:fs").Stats; export type { Fs };`, "the kernel may"],
    ["electron/kernel/a.ts", `const fs = require("fs");`, "the kernel may"],
    [
      "electron/kernel/a.ts",
      `import { fakeClock } from "./clock.test.ts";`,
      "which only tests and benchmarks may use",
    ],
    ["electron/kernel/a.ts", `import { app } from "electron";`, "imports electron"],
    ["electron/adapters/a.ts", `import { Kernel } from "../kernel/kernel.ts";`, "the adapters may import"],
    ["electron/adapters/a.ts", `import OpenAI from "openai";\nimport ws from "ws";`, "one outside thing"],
    ["electron/transport/a.ts", `import { Kernel } from "../kernel/kernel.ts";`, "the transports may import"],
    ["electron/transport/a.ts", `import { ipcMain } from "electron";`, "imports electron"],
    ["electron/gateway/a.ts", `import { open } from "../adapters/store.ts";`, "the gateway may import"],
    ["electron/desktop/a.ts", `import { open } from "../adapters/store.ts";`, "the desktop may import"],
    ["electron/preload.ts", `import { readFileSync } from "node:fs";`, "the preload may import"],
    ["electron/headless.ts", `import type { App } from "electron";`, "imports electron"],
    ["renderer/a.tsx", `import { Kernel } from "../electron/kernel/kernel.ts";`, "the renderer may import"],
    [
      "renderer/a.tsx",
      `import type { Clock } from "../electron/kernel/ports.ts";`,
      "the renderer may import",
    ],
    ["renderer/a.tsx", `import { join } from "node:path";`, "the renderer may import"],
    ["renderer/a.tsx", `import { ipcRenderer } from "electron";`, "imports electron"],
    ["renderer/timeline/layout.ts", `import { useState } from "react";`, "the timeline geometry may import"],
    ["e2e/stand-in/a.ts", `import { app } from "electron";`, "imports electron"],
    ["electron/attic/a.ts", "export {};", "belongs to no room"],
  ];

  test.each(refused)("%s refuses %s", (path, text, says) => {
    write(path, text);
    const findings = checkImportTable(readSourceFiles(root));
    expect(formatFindings(findings)).toContain(says);
    expect(findings.every((finding) => finding.file === path)).toBe(true);
  });

  test.each([
    ["shared/a.ts", `import { z } from "zod";\nimport { b } from "./b.ts";`],
    ["electron/kernel/a.ts", `import { seq } from "../../shared/ids.ts";\nimport "./other/b.ts";`],
    ["electron/kernel/a.test.ts", `import { readFileSync } from "node:fs";\nimport { test } from "vitest";`],
    ["electron/adapters/a.ts", `import type { Store } from "../kernel/ports.ts";\nimport D from "openai";`],
    ["electron/transport/a.ts", `import type { Kernel } from "../kernel/kernel.ts";\nimport ws from "ws";`],
    ["electron/desktop/window.ts", `import { BrowserWindow } from "electron";`],
    ["electron/main.ts", `import { app } from "electron";\nimport { boot } from "./boot.ts";`],
    ["renderer/a.tsx", `import { useState } from "react";\nimport "./a.css";\nimport "../shared/ids.ts";`],
    ["e2e/stand-in/a.ts", `import type { App } from "electron";`],
  ])("%s accepts what is its own", (path, text) => {
    write(path, text);
    expect(formatFindings(checkImportTable(readSourceFiles(root)))).toBe("");
  });

  test("the finding names the line", () => {
    write("electron/kernel/a.ts", `export const a = 1;\n\nimport "node:fs";\n`);
    expect(formatFindings(checkImportTable(readSourceFiles(root)))).toMatch(
      /^electron\/kernel\/a\.ts:3 imports/,
    );
  });
});

describe("kernel purity", () => {
  test.each([
    ["Date.now()", "Clock.wall"],
    ["new Date()", "Clock.wall"],
    ["Math.random()", "Random"],
    ["setTimeout(() => {}, 1)", "Clock.after"],
    ["setInterval(() => {}, 1)", "Clock.after"],
    ["process.env", "a port"],
    ["globalThis.process", "a port"],
    ["performance.now()", "Clock.mono"],
  ])("refuses %s", (code, instead) => {
    write("electron/kernel/a.ts", `export const a = () => ${code};\n`);
    const found = formatFindings(checkKernelPurity(readSourceFiles(root)));
    expect(found).toMatch(/^electron\/kernel\/a\.ts:1 uses /);
    expect(found).toContain(instead);
  });

  test("accepts fields of those names, given times, tests, and other rooms", () => {
    write(
      "electron/kernel/a.ts",
      "export const a = { process: 1, at: new Date(5) };\nconsole.log(a.process);\n",
    );
    write("electron/kernel/a.test.ts", "setTimeout(() => {}, 1);\n");
    write("electron/adapters/a.ts", "setTimeout(() => {}, 1);\n");
    expect(formatFindings(checkKernelPurity(readSourceFiles(root)))).toBe("");
  });
});

describe("the length of a file", () => {
  test(`${MOST_LINES} lines pass, one more does not`, () => {
    write("renderer/most.css", "a{}\n".repeat(MOST_LINES));
    write("renderer/more.css", "a{}\n".repeat(MOST_LINES + 1));
    expect(formatFindings(checkFileLength(readSourceFiles(root)))).toBe(
      `renderer/more.css has ${MOST_LINES + 1} lines; the most is ${MOST_LINES}`,
    );
  });
});
