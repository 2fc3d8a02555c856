import { expect, test } from "vitest";
import { retryAtOf } from "./retry-after.ts";

const NOW = Date.UTC(2026, 10, 22, 12, 0, 0);

test.each([
  [{ "retry-after": "3" }, 3_000],
  [{ "retry-after": "0.5" }, 500],
  [{ "retry-after": "Sun, 22 Nov 2026 12:01:00 GMT" }, 60_000],
  [{ "retry-after": "Sun, 22 Nov 2026 11:00:00 GMT" }, 0],
  [{ "retry-after-ms": "1200", "retry-after": "9" }, 1_200],
  [{ "x-ratelimit-reset": String(NOW + 5_000) }, 5_000],
  [{ "x-ratelimit-reset": String(NOW / 1_000 + 8) }, 8_000],
  [{ "x-ratelimit-reset": "4" }, 4_000],
  [{ "x-ratelimit-reset-requests": "120ms" }, 120],
  [{ "x-ratelimit-reset-requests": "1s", "x-ratelimit-reset-tokens": "6m0s" }, 360_000],
  [
    {
      "x-ratelimit-reset-requests": "1s",
      "x-ratelimit-remaining-requests": "0",
      "x-ratelimit-reset-tokens": "6m0s",
      "x-ratelimit-remaining-tokens": "900",
    },
    1_000,
  ],
  [{ "retry-after": "99999999" }, 86_400_000],
])("%j asks for a wait of %d ms", (headers, wait) => {
  expect(retryAtOf(new Headers(headers), NOW)).toBe(NOW + wait);
});

const SILENT: readonly [string, string][][] = [
  [],
  [["retry-after", "soon"]],
  [["retry-after", "-5x"]],
  [["x-ratelimit-reset", "later"]],
];

test.each(SILENT.map((headers) => ({ headers })))("$headers says nothing", ({ headers }) => {
  expect(retryAtOf(new Headers(headers), NOW)).toBeNull();
});
