import { expect, test } from "vitest";
import { argumentFields } from "./argument-fields.ts";

test("short values stay in their line as JSON, long strings become blocks, structures are laid out", () => {
  const long = "x".repeat(81);
  expect(argumentFields({ path: "a\tb.txt", days: 3, content: "1\n4\n", page: long, tags: ["one"] })).toEqual(
    [
      { name: "path", show: "inline", json: '"a\\tb.txt"' },
      { name: "days", show: "inline", json: "3" },
      { name: "content", show: "block", text: "1\n4\n", lines: 3 },
      { name: "page", show: "block", text: long, lines: 1 },
      { name: "tags", show: "json", json: '[\n  "one"\n]' },
    ],
  );
});
