import { expect, test } from "vitest";
import { syscallId } from "../../../../shared/ids.ts";
import { continuationText } from "./continuation-text.ts";

const base = { from: syscallId(12), text: "", tokens: 0, resentTokens: 340, costUsd: null } as const;

test("says from where an answer goes on, and what was sent again at what cost", () => {
  expect(continuationText({ ...base, how: "prefill" })).toBe("Goes on from s12, 340 tokens were sent again");
  expect(continuationText({ ...base, how: "prefill", costUsd: 0.02 })).toBe(
    "Goes on from s12, 340 tokens were sent again for $0.02",
  );
  expect(continuationText({ ...base, from: null, how: "state", resentTokens: 0 })).toBe(
    "Goes on with its state kept, nothing was sent again",
  );
  expect(continuationText({ ...base, how: "again" })).toBe("Starts s12 again, 340 tokens were sent again");
});
