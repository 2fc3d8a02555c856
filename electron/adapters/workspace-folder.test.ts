import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { KernelError } from "../../shared/errors.ts";
import { fileError, withFolder } from "./workspace-folder.ts";

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "aios-folder-")));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

describe("an open folder", () => {
  test("is made where asked for, and its names lead into it", async () => {
    await withFolder(root, ["a", "b"], "create", (folder) => writeFile(folder.at("c.txt"), "text"));
    expect(readFileSync(join(root, "a/b/c.txt"), "utf8")).toBe("text");
    await expect(withFolder(root, ["x"], "refuse", async () => {})).rejects.toThrow("ENOENT");
  });

  test("refuses a link in place of any part, and a file", async () => {
    mkdirSync(join(root, "real/inner"), { recursive: true });
    symlinkSync("real", join(root, "link"));
    writeFileSync(join(root, "file"), "x");
    for (const parts of [["link"], ["link", "inner"]]) {
      for (const missing of ["create", "refuse"] as const) {
        await expect(withFolder(root, parts, missing, async () => "reached")).rejects.toMatchObject({
          data: { code: "outside-workspace" },
        });
      }
    }
    await expect(withFolder(root, ["file", "x"], "create", async () => {})).rejects.toMatchObject({
      data: { code: "conflict" },
    });
  });
});

test("errors of the file system are typed, and name no other path than the one given", () => {
  const code = (name: string): string =>
    fileError("a\nb", Object.assign(new Error("/secret/place"), { code: name })).data.code;
  expect([code("ENOENT"), code("EISDIR"), code("ELOOP"), code("ENOSPC"), code("EACCES")]).toEqual([
    ...["not-found", "conflict", "outside-workspace", "storage-failed", "storage-failed"],
  ]);
  expect(fileError("a\nb", new Error("/secret/place")).message).not.toMatch(/secret|\n/);
  const typed = new KernelError("cancelled", "so");
  expect(fileError("a", typed)).toBe(typed);
});
