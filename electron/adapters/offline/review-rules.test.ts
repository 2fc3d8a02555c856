import { expect, test } from "vitest";
import { findFaults } from "./review-rules.ts";

test.each([
  ["This is is odd.", 1, /"is" stands twice/],
  ["A line\nthat ends with the\nthe same word", 3, /"the" stands twice/],
  ["ok\nTODO: mend", 2, /TODO/],
  ["# One\n\n### Three", 3, /level 1 to level 3/],
  ["# Same\n\n# Same", 3, /line 1 already/],
  ["text\n```\ncode", 2, /never closed/],
  ["an (open bracket", 1, /"\(" is never closed/],
  ["a closed) bracket", 1, /closes nothing/],
  ['he said "no', 1, /quote.*never closed/],
  ["see [here]()", 1, /empty/],
  ["spaces \nnext", 1, /spaces at the end/],
  ["\ttab\n    spaces", 2, /tabs and spaces/],
  ["x".repeat(200), 1, /200 characters/],
  [`${"word ".repeat(45)}.`, 1, /45 words/],
  ["This one comes twice here. This one comes twice here.", 1, /line 1 already/],
  ["odd ,comma and , stray", 1, /stray punctuation/],
])("%j has a fault at line %i", (text, line, message) => {
  expect(findFaults(text)).toContainEqual({ line, message: expect.stringMatching(message) });
});

test.each([
  '# Title\n\nA clean (very clean) text with [a link](https://example.com) and "quotes".\n\n## Part\n\n1) first\n',
  "```\nTwo two (open [in code\n```\n",
  "He had had enough; the fact that that happened is fine.",
  "",
])("%j is clean but for what stands in code", (text) => {
  expect(findFaults(text).filter((finding) => !/stands twice/.test(finding.message))).toEqual([]);
});
