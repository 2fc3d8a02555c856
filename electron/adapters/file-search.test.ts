import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { NAME_HIT, SEARCH_LIMITS, searchFiles } from "./file-search.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "aios-search-"));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

function put(path: string, content: string | Buffer): void {
  mkdirSync(join(root, path, ".."), { recursive: true });
  writeFileSync(join(root, path), content);
}
const search = (query: string, limit = 100) => searchFiles(root, query, limit, new AbortController().signal);

describe("file search", () => {
  test("finds lines and names that hold every word, whatever the case", async () => {
    put("notes/plan.md", "# Plan\n  Buy GREEN paint today\nBuy red paint\n");
    put("green-paint.txt", "nothing here");
    expect(await search("paint green")).toEqual([
      { path: "green-paint.txt", line: 0, text: NAME_HIT },
      { path: "notes/plan.md", line: 2, text: "Buy GREEN paint today" },
    ]);
    expect(await search("plan")).toEqual([
      { path: "notes/plan.md", line: 0, text: NAME_HIT },
      { path: "notes/plan.md", line: 1, text: "# Plan" },
    ]);
    expect(await search("green blue")).toEqual([]);
    expect(await search("   ")).toEqual([]);
  });

  test("takes the query as plain words", async () => {
    put("a.txt", "price (in $) is 3.*\n");
    expect(await search("($)")).toEqual([]);
    expect(await search("$) 3.*")).toHaveLength(1);
  });

  test("leaves out the trash, binary files and unfinished writes", async () => {
    put(".trash/x/needle.txt", "needle");
    put(".aios-0123456789abcdef.tmp", "needle");
    put("binary", Buffer.from("needle\0"));
    put("inner/.trash/needle.txt", "of a person's own folder");
    expect((await search("needle")).map(({ path }) => path)).toEqual(["inner/.trash/needle.txt"]);
  });

  test("keeps to its limits: hits in all and per file, bytes of a file, length of a line", async () => {
    put("a.txt", "needle\n".repeat(50));
    put("b.txt", "needle\n".repeat(50));
    put("c.txt", `${"x".repeat(SEARCH_LIMITS.fileBytes)}needle`);
    put("d.txt", `${"x ".repeat(2_000)}needle${" y".repeat(2_000)}`);
    const hits = await search("needle");
    const count = (path: string): number => hits.filter((hit) => hit.path === path).length;
    expect([count("a.txt"), count("b.txt"), count("c.txt"), count("d.txt")]).toEqual([10, 10, 0, 1]);
    expect(hits.at(-1)?.text).toMatch(/^….*needle.*…$/);
    expect(hits.at(-1)?.text.length).toBeLessThanOrEqual(SEARCH_LIMITS.hitCharacters);
    expect(await search("needle", 13)).toHaveLength(13);
  });

  test("does not go deeper than its limit", async () => {
    const deep = (depth: number): string => `${"d/".repeat(depth)}needle.txt`;
    put(deep(SEARCH_LIMITS.depth - 1), "x");
    put(deep(SEARCH_LIMITS.depth + 2), "x");
    expect((await search("needle")).map(({ path }) => path)).toEqual([deep(SEARCH_LIMITS.depth - 1)]);
  });

  test("ends when it is cancelled", async () => {
    put("a.txt", "needle");
    await expect(searchFiles(root, "needle", 10, AbortSignal.abort())).rejects.toMatchObject({
      data: { code: "cancelled" },
    });
  });
});
