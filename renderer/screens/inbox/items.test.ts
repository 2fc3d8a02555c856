import fc from "fast-check";
import { expect, test } from "vitest";
import { agentId } from "../../../shared/ids.ts";
import { ALIKE_MS } from "../../../shared/limits.ts";
import type { Approval } from "../../../shared/permission.ts";
import { type NamedApproval, type RequestItem, requestCards } from "./items.ts";
import { madeApproval } from "./made-approval.ts";

const low = (n: number, change: Partial<Approval> = {}): NamedApproval => ({
  approval: madeApproval(n, { risk: "low", requestedAt: 1_000, ...change }),
  agent: "clerk",
});
const cardsOf = (...waiting: readonly NamedApproval[]): readonly (readonly string[])[] =>
  requestCards(waiting).map(({ same }: RequestItem) => same.map(({ id }) => id));

test("identical low-risk requests within the time are one card, whichever instance of the agent asks", () => {
  expect(cardsOf(low(1), low(2), low(3, { agentId: agentId(8), requestedAt: 1_000 + ALIKE_MS }))).toEqual([
    ["p1", "p2", "p3"],
  ]);
});

test("the order in which arguments are named makes no difference", () => {
  const one = low(1, { arguments: { path: "a", content: "b" } });
  const other = low(2, { arguments: { content: "b", path: "a" } });
  expect(cardsOf(one, other)).toEqual([["p1", "p2"]]);
});

test("another tool, other arguments, another agent, a later time or more risk make another card", () => {
  const different = [
    low(2, { tool: "forget" }),
    low(3, { arguments: { path: "squares.txt", content: "1\n4\n9" } }),
    { ...low(4), agent: "tutor" },
    low(5, { requestedAt: 1_001 + ALIKE_MS }),
    low(6, { risk: "medium" }),
    low(7, { risk: "high" }),
    low(8, { risk: "none" }),
  ];
  for (const other of different) expect(cardsOf(low(1), other)).toHaveLength(2);
  expect(cardsOf(low(1, { risk: "medium" }), low(2, { risk: "medium" }))).toHaveLength(2);
});

test("a later request starts a card of its own, and the next ones are counted from it", () => {
  const at = (n: number, ms: number) => low(n, { requestedAt: 1_000 + ms });
  expect(cardsOf(at(1, 0), at(2, ALIKE_MS), at(3, ALIKE_MS + 1), at(4, 2 * ALIKE_MS))).toEqual([
    ["p1", "p2"],
    ["p3", "p4"],
  ]);
});

test("every request is on exactly one card, and nothing but low risk is ever joined", () => {
  const request = fc.record({
    risk: fc.constantFrom("none", "low", "medium", "high"),
    tool: fc.constantFrom("write_file", "forget"),
    requestedAt: fc.integer({ min: 0, max: 1_000 }),
  });
  fc.assert(
    fc.property(fc.array(request, { maxLength: 30 }), (changes) => {
      const waiting = changes.map((change, index) => low(index + 1, change as Partial<Approval>));
      const cards = requestCards(waiting);
      const all = cards.flatMap(({ same }) => same.map(({ id }) => id));
      expect([...all].sort()).toEqual(waiting.map(({ approval }) => approval.id).sort());
      for (const { same, approval } of cards.filter((card) => card.same.length > 1)) {
        for (const each of same) {
          expect([each.risk, each.tool]).toEqual(["low", approval.tool]);
          expect(each.requestedAt - approval.requestedAt).toBeLessThanOrEqual(ALIKE_MS);
        }
      }
    }),
  );
});
