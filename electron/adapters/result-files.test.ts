import {
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type ResultId, resultId } from "../../shared/ids.ts";
import { openResultFiles } from "./result-files.ts";

let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), "aios-results-")), "results");
});
afterEach(() => rmSync(join(folder, ".."), { recursive: true, force: true }));

const missing = { data: { code: "not-found" } };

test("pages of any text, at any offset, are its characters", async () => {
  const results = openResultFiles(folder);
  let n = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: "grapheme", maxLength: 300 }),
      fc.integer({ min: 1, max: 40 }),
      async (text, limit) => {
        n += 1;
        await results.save(resultId(n), "a1", "text/plain", text);
        let read = "";
        do {
          const page = await results.read(resultId(n), "a1", read.length, limit);
          expect(page.total).toBe(text.length);
          expect(page.text.isWellFormed()).toBe(true);
          expect(page.text.length).toBeLessThanOrEqual(Math.max(2, limit));
          if (text !== "") expect(page.text).not.toBe("");
          read += page.text;
        } while (read.length < text.length);
        expect(read).toBe(text);
        expect(await results.read(resultId(n), null, text.length + 5, limit)).toEqual({
          text: "",
          total: text.length,
        });
      },
    ),
    { numRuns: 60 },
  );
});

test("a result is there after a restart, for its owner and the person, as text or as bytes", async () => {
  await openResultFiles(folder).save(resultId(1), "a1", "text/plain", "hello");
  await openResultFiles(folder).save(resultId(2), "a1", "image/png", Uint8Array.from([0, 255, 1]));
  const results = openResultFiles(folder);
  await expect(results.read(resultId(1), null, 1, 3)).resolves.toEqual({ text: "ell", total: 5 });
  await expect(results.readBytes(resultId(2))).resolves.toEqual({
    mimeType: "image/png",
    bytes: 3,
    base64: "AP8B",
  });
  await expect(results.read(resultId(1), "a2", 0, 9)).rejects.toMatchObject(missing);
  await expect(results.read(resultId(2), "a1", 0, 9)).rejects.toMatchObject(missing);
  await expect(results.readBytes(resultId(1))).rejects.toMatchObject(missing);
  await expect(results.read(resultId(3), null, 0, 9)).rejects.toMatchObject(missing);
  await results.save(resultId(1), "a2", "text/plain", "again");
  await expect(results.read(resultId(1), "a2", 0, 9)).resolves.toEqual({ text: "again", total: 5 });
});

test("no id leads out of the folder", async () => {
  writeFileSync(join(folder, "..", "secret"), "x");
  const results = openResultFiles(folder);
  for (const id of ["../secret", "f1/../../secret", "f0", "", "f1\0", ".f1.tmp"]) {
    await expect(results.read(id as ResultId, null, 0, 9)).rejects.toMatchObject(missing);
    await expect(results.save(id as ResultId, "a1", "text/plain", "x")).rejects.toMatchObject(missing);
  }
});

test("past its bounds the oldest go first, those of an earlier kernel before all", async () => {
  const early = openResultFiles(folder);
  for (const n of [7, 8, 9]) {
    await early.save(resultId(n), "a1", "text/plain", "early");
    utimesSync(join(folder, `f${n}`), n, n);
  }
  writeFileSync(join(folder, ".0123.tmp"), "half a result");
  const byNumber = openResultFiles(folder, { files: 4, bytes: 1_000_000 });
  await Promise.all([1, 2, 3].map((n) => byNumber.save(resultId(n), "a1", "text/plain", "late")));
  expect(readdirSync(folder).sort()).toEqual(["f1", "f2", "f3", "f9"]);
  const bySize = openResultFiles(folder, { files: 100, bytes: 3_000 });
  await bySize.save(resultId(4), "a1", "image/png", new Uint8Array(2_000));
  expect(readdirSync(folder).sort()).toEqual(["f4"]);
  await bySize.save(resultId(5), "a1", "image/png", new Uint8Array(10_000));
  expect(readdirSync(folder)).toEqual(["f5"]);
});

test("files are this user's alone, and a damaged one is reported", async () => {
  const results = openResultFiles(folder);
  await results.save(resultId(1), "a1", "text/plain", "hello");
  if (process.platform !== "win32") {
    expect([statSync(folder).mode & 0o777, statSync(join(folder, "f1")).mode & 0o777]).toEqual([
      0o700, 0o600,
    ]);
  }
  for (const bytes of [515, 100, 0]) {
    truncateSync(join(folder, "f1"), bytes);
    await expect(results.read(resultId(1), null, 0, 9)).rejects.toMatchObject({
      data: { code: "storage-failed", message: "The result f1 could not be read: its content is damaged" },
    });
  }
});

test("a folder that cannot be used fails the save with the way out, and works once it can be", async () => {
  writeFileSync(folder, "in the way");
  const results = openResultFiles(folder);
  await expect(results.save(resultId(1), "a1", "text/plain", "x")).rejects.toMatchObject({
    data: { code: "storage-failed", message: expect.stringContaining("The result f1 could not be kept: E") },
  });
  rmSync(folder);
  await results.save(resultId(1), "a1", "text/plain", "x");
  expect(existsSync(join(folder, "f1"))).toBe(true);
});
