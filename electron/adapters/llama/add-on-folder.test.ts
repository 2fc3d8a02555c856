import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { addOnEntry, addOnFolder } from "./add-on-folder.ts";

const made: string[] = [];
afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});

test("the add-on lies in the source tree, and beside the archive of a packaged app", () => {
  expect(addOnFolder("/opt/aios", {})).toEqual({ path: "/opt/aios/addons/llama", origin: "source" });
  expect(addOnFolder("/opt/aios/resources/app.asar", {})).toEqual({
    path: "/opt/aios/resources/addons/llama",
    origin: "bundled",
  });
});

test("a packaged app takes no engine from a folder that its environment names", () => {
  const { path } = addOnFolder("/opt/aios/resources/app.asar", { AIOS_ADDONS_FOLDER: "/tmp/evil" });
  expect(path).toBe("/opt/aios/resources/addons/llama");
});

test("a folder of add-ons that is named is looked in alone", () => {
  const folder = mkdtempSync(join(tmpdir(), "aios-addons-"));
  made.push(folder);
  const environment = { AIOS_ADDONS_FOLDER: folder };
  expect(addOnFolder(process.cwd(), environment)).toEqual({ path: join(folder, "llama"), origin: "source" });
  expect(addOnEntry(process.cwd(), environment)).toBeNull();
  const module = join(folder, "llama", "node_modules", "node-llama-cpp", "dist");
  mkdirSync(module, { recursive: true });
  writeFileSync(join(module, "index.js"), "");
  expect(addOnEntry(process.cwd(), environment)).toBe(join(module, "index.js"));
});
