import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openSecretsFile } from "../secrets-file.ts";
import { auditKey } from "./audit-key.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aios-audit-key-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("is made once, and kept for this user alone", async () => {
  const file = join(folder, "secrets.json");
  const key = await auditKey(openSecretsFile(file));
  expect(key).toMatch(/^[0-9a-f]{64}$/);
  expect(await auditKey(openSecretsFile(file))).toBe(key);
  expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({ "audit-key": key });
  if (process.platform !== "win32") expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(await auditKey(openSecretsFile(join(folder, "other.json")))).not.toBe(key);
});

test("one that cannot be a key is replaced, and where none can be kept there is none", async () => {
  const secrets = openSecretsFile(join(folder, "secrets.json"));
  await secrets.set("audit-key", "letmein");
  expect(await auditKey(secrets)).toMatch(/^[0-9a-f]{64}$/);
  expect(await auditKey(openSecretsFile(join(folder, "no", "such", "folder")))).toBeNull();
});
