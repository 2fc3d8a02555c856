import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openSecretsFile } from "./secrets-file.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aios-secrets-"));
  file = join(folder, "secrets.json");
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe("secrets file", () => {
  test("keeps, replaces and deletes, also for the next process", async () => {
    const secrets = openSecretsFile(file);
    expect(await secrets.get("core/a")).toBeNull();
    await secrets.delete("core/a");
    expect(readdirSync(folder)).toEqual([]);
    await secrets.set("core/a", "sk-1");
    await secrets.set("core/a", "sk-2");
    const next = openSecretsFile(file);
    expect(await next.get("core/a")).toBe("sk-2");
    expect(await next.get("constructor")).toBeNull();
    await next.delete("core/a");
    expect(await secrets.get("core/a")).toBeNull();
    expect(readdirSync(folder)).toEqual(["secrets.json"]);
  });

  test("loses none of many changes at once", async () => {
    const secrets = openSecretsFile(file);
    const names = Array.from({ length: 20 }, (_, n) => `core/${n}`);
    await Promise.all(names.map((name) => secrets.set(name, `value of ${name}`)));
    for (const name of names) expect(await secrets.get(name)).toBe(`value of ${name}`);
  });

  test("is for its owner alone, and is made so where it was not", async () => {
    const secrets = openSecretsFile(file);
    await secrets.set("a", "1");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    chmodSync(file, 0o644);
    expect(await secrets.get("a")).toBe("1");
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test("a damaged file is reported without its content, and not replaced", async () => {
    writeFileSync(file, '{"core/a": "sk-very-secret');
    const secrets = openSecretsFile(file);
    for (const attempt of [secrets.get("core/a"), secrets.set("core/b", "x"), secrets.delete("core/a")]) {
      await expect(attempt).rejects.toMatchObject({
        data: { code: "storage-failed", message: expect.not.stringContaining("very-secret") },
      });
    }
    expect(readFileSync(file, "utf8")).toBe('{"core/a": "sk-very-secret');
    await expect(openSecretsFile(folder).get("a")).rejects.toMatchObject({
      data: { code: "storage-failed" },
    });
  });
});
