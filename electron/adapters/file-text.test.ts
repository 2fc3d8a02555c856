import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { decodeText, readStart } from "./file-text.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aios-text-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe("start of a file", () => {
  test("is the whole of a short one and the beginning of a long one", async () => {
    const file = join(folder, "a.txt");
    writeFileSync(file, "0123456789");
    expect(await readStart(file, 10)).toEqual({
      type: "file",
      content: Buffer.from("0123456789"),
      bytes: 10,
      part: "whole",
    });
    expect(await readStart(file, 4)).toEqual({
      type: "file",
      content: Buffer.from("0123"),
      bytes: 10,
      part: "start",
    });
    writeFileSync(file, "");
    expect(await readStart(file, 4)).toMatchObject({ bytes: 0, part: "whole" });
  });

  test("is not read through a link, from a folder or from a pipe", async () => {
    symlinkSync("/etc/hostname", join(folder, "link"));
    execFileSync("mkfifo", [join(folder, "pipe")]);
    await expect(readStart(join(folder, "link"), 10)).rejects.toThrow("ELOOP");
    expect(await readStart(folder, 10)).toEqual({ type: "folder" });
    expect(await readStart(join(folder, "pipe"), 10)).toEqual({ type: "other" });
  });
});

describe("text", () => {
  test("is UTF-8 without zero bytes; a start may end within a character", () => {
    const euro = Buffer.from("1 €");
    expect(decodeText(euro, "whole")).toBe("1 €");
    expect(decodeText(euro.subarray(0, 3), "start")).toBe("1 ");
    expect(decodeText(euro.subarray(0, 3), "whole")).toBeNull();
    expect(decodeText(Buffer.from([0x61, 0, 0x62]), "whole")).toBeNull();
    expect(decodeText(Buffer.from([0xff, 0x61]), "start")).toBeNull();
  });
});
