import { expect, test } from "vitest";
import { addressed } from "./answers.ts";
import { madeApproval } from "./made-approval.ts";

const three = [1, 2, 3].map((n) => madeApproval(n));
const sent = (answer: Parameters<typeof addressed>[1]) =>
  addressed(three, answer).map((each) => `${each.approval.id} ${each.answer.type}`);

test("a plain answer goes to each; what is wider is given once", () => {
  expect(sent({ type: "once" })).toEqual(["p1 once", "p2 once", "p3 once"]);
  expect(sent({ type: "deny", reason: "no" })).toEqual(["p1 deny", "p2 deny", "p3 deny"]);
  expect(sent({ type: "run" })).toEqual(["p1 run"]);
  expect(sent({ type: "rule", index: 0, expiresAt: null })).toEqual(["p1 rule", "p2 once", "p3 once"]);
  expect(addressed([], { type: "once" })).toEqual([]);
});
