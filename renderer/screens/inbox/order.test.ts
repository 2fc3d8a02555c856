import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { agentId, approvalId, syscallId } from "../../../shared/ids.ts";
import type { Approval, Risk } from "../../../shared/permission.ts";
import { byRiskThenAge, type InboxItem, questionItem, requestItem } from "./items.ts";
import { madeApproval } from "./made-approval.ts";
import { madeQuestion } from "./made-question.ts";
import {
  afterAnswering,
  alike,
  arrangeRows,
  guarding,
  type InboxRow,
  neighbour,
  waitingNow,
} from "./order.ts";

const items = (...approvals: readonly Approval[]): readonly InboxItem[] =>
  approvals.map((approval) => requestItem(approval));
const ids = (rows: readonly InboxRow[]): readonly string[] => rows.map((row) => row.item.id);

describe("order of the requests", () => {
  test("is by risk, then by age, a server's question with the medium ones", () => {
    const low = madeApproval(1, { risk: "low" });
    const newer = madeApproval(3, { risk: "high" });
    const older = madeApproval(2, { risk: "high" });
    const all = [...items(low, newer, older), questionItem(madeQuestion(4))];
    expect(byRiskThenAge(all).map(({ id }) => id)).toEqual(["p2", "p3", "q4", "p1"]);
  });

  test("puts a risk it does not know with the high ones", () => {
    const unknown = madeApproval(9, { risk: JSON.parse('"colossal"') satisfies Risk });
    expect(guarding(unknown.risk)).toBe("guarded");
    expect(byRiskThenAge(items(madeApproval(1), unknown))[0]?.id).toBe("p9");
  });
});

describe("rows while the pointer is over them", () => {
  test("keep their place when answered, and new ones join at the end", () => {
    const before = arrangeRows([], items(madeApproval(1), madeApproval(2)), "sort");
    const urgent = madeApproval(3, { risk: "high" });
    const held = arrangeRows(before, items(madeApproval(2), urgent), "hold");
    expect(held.map((row) => [row.item.id, row.state])).toEqual([
      ["p1", "gone"],
      ["p2", "waiting"],
      ["p3", "waiting"],
    ]);
    expect(ids(arrangeRows(held, items(madeApproval(2), urgent), "sort"))).toEqual(["p3", "p2"]);
  });

  test("a call that asks again takes the row of its earlier request", () => {
    const before = arrangeRows([], items(madeApproval(1), madeApproval(2)), "sort");
    const again = madeApproval(8, { syscallId: syscallId(1) });
    const held = arrangeRows(before, items(madeApproval(2), again), "hold");
    expect(held.map((row) => [row.item.id, row.state])).toEqual([
      ["p8", "waiting"],
      ["p2", "waiting"],
    ]);
  });

  test("a card goes on in its place with those that are left of it", () => {
    const card = requestItem(madeApproval(1), madeApproval(2), madeApproval(3));
    const before = arrangeRows([], [card, ...items(madeApproval(9))], "sort");
    const held = arrangeRows(
      before,
      [requestItem(madeApproval(2), madeApproval(3)), ...items(madeApproval(9))],
      "hold",
    );
    expect(ids(held)).toEqual(["p2", "p9"]);
  });

  test("no held row ever changes its index, and every request is in one row", () => {
    const someIds = fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { maxLength: 12 });
    fc.assert(
      fc.property(someIds, someIds, (first, second) => {
        const before = arrangeRows([], items(...first.map((n) => madeApproval(n))), "sort");
        const after = arrangeRows(before, items(...second.map((n) => madeApproval(n))), "hold");
        expect(ids(after).slice(0, before.length)).toEqual(ids(before));
        const waiting = after.filter((row) => row.state === "waiting");
        expect([...ids(waiting)].sort()).toEqual(second.map((n) => `p${n}`).sort());
      }),
    );
  });
});

describe("moving the selection", () => {
  const rows = arrangeRows([], items(...[1, 2, 3].map((n) => madeApproval(n))), "sort");

  test("goes to the nearest that waits, and stops at the ends", () => {
    expect(neighbour(rows, approvalId(1), "next")?.id).toBe("p2");
    expect(neighbour(rows, approvalId(3), "next")).toBeNull();
    expect(neighbour(rows, null, "next")?.id).toBe("p1");
    const held = arrangeRows(rows, items(madeApproval(1), madeApproval(3)), "hold");
    expect(neighbour(held, approvalId(1), "next")?.id).toBe("p3");
  });

  test("after an answer it goes on to the next, else back to the one before", () => {
    expect(afterAnswering(rows, approvalId(2), new Set([approvalId(2)]))?.id).toBe("p3");
    expect(afterAnswering(rows, approvalId(3), new Set([approvalId(3)]))?.id).toBe("p2");
    expect(afterAnswering(rows, approvalId(1), new Set([approvalId(1), approvalId(2)]))?.id).toBe("p3");
    expect(afterAnswering(rows, approvalId(1), new Set([1, 2, 3].map(approvalId)))).toBeNull();
  });

  test("what is selected stays while it waits, and passes on to the rest of its card or its call's next request", () => {
    const card = requestItem(madeApproval(1), madeApproval(2));
    expect(waitingNow(card, [card])?.id).toBe("p1");
    expect(waitingNow(card, items(madeApproval(2)))?.id).toBe("p2");
    const again = madeApproval(8, { syscallId: syscallId(1) });
    expect(waitingNow(card, items(again, madeApproval(3)))?.id).toBe("p8");
    expect(waitingNow(card, items(madeApproval(3)))).toBeNull();
    expect(waitingNow(questionItem(madeQuestion(1)), items(madeApproval(1)))).toBeNull();
  });
});

describe("alike requests", () => {
  test("are of one agent and one tool at one risk, and never of high risk", () => {
    const one = madeApproval(1);
    const others = [
      one,
      madeApproval(2),
      madeApproval(3, { agentId: agentId(8) }),
      madeApproval(4, { tool: "forget" }),
    ];
    expect(alike(one, others).map((approval) => approval.id)).toEqual(["p1", "p2"]);
    const risky = madeApproval(5, { risk: "high" });
    expect(alike(risky, [risky, madeApproval(6, { risk: "high" })])).toEqual([]);
  });
});
