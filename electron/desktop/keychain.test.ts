import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Encryption, keychain } from "./keychain.ts";

/** Fake: the system's keychain cannot be had in a test. Reverses the text. */
const reversing: Encryption = {
  isEncryptionAvailable: () => true,
  encryptString: (plain) => Buffer.from(`v1${[...plain].reverse().join("")}`),
  decryptString: (encrypted) => {
    const text = encrypted.toString();
    if (!text.startsWith("v1")) throw new Error("not encrypted here");
    return [...text.slice(2)].reverse().join("");
  },
};

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aios-keychain-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const file = () => join(folder, "keychain.json");

describe("keychain", () => {
  test("keeps keys across instances, encrypted, in a file of mode 600", async () => {
    await keychain(folder, reversing).set("core:openai", "sk-very-secret");
    await keychain(folder, reversing).set("core:other", "sk-other");
    expect(await keychain(folder, reversing).get("core:openai")).toBe("sk-very-secret");
    expect(await keychain(folder, reversing).get("core:other")).toBe("sk-other");
    expect(readFileSync(file(), "utf8")).not.toContain("secret");
    expect(statSync(file()).mode & 0o777).toBe(0o600);
  });

  test("forgets a key, and an absent one is null", async () => {
    const secrets = keychain(folder, reversing);
    await secrets.set("a", "1");
    await secrets.delete("a");
    await secrets.delete("never-there");
    expect(await secrets.get("a")).toBeNull();
  });

  test.each([
    ["no encryption", { ...reversing, isEncryptionAvailable: () => false }],
    ["a fixed password only", { ...reversing, getSelectedStorageBackend: () => "basic_text" }],
  ])("with %s it refuses to store and writes nothing", async (_case, encryption) => {
    const refusal = await keychain(folder, encryption)
      .set("a", "sk-very-secret")
      .catch((error: Error) => error);
    expect(refusal).toMatchObject({ data: { code: "not-allowed" } });
    expect(JSON.stringify(refusal)).not.toContain("secret");
    expect(() => statSync(file())).toThrow(/ENOENT/);
  });

  test("a key of another system reads as absent", async () => {
    writeFileSync(file(), JSON.stringify({ a: Buffer.from("foreign").toString("base64") }));
    expect(await keychain(folder, reversing).get("a")).toBeNull();
  });

  test("a damaged file is reported and left alone", async () => {
    writeFileSync(file(), "{");
    await expect(keychain(folder, reversing).set("a", "1")).rejects.toMatchObject({
      data: { code: "storage-failed" },
    });
    expect(readFileSync(file(), "utf8")).toBe("{");
  });
});
