import { describe, expect, test } from "vitest";
import { clickCounts, keyCounts, readyAt, type Shown } from "./answer-guard.ts";

const plain: Shown = { guarding: "plain", shownAt: 10_000, focusedAt: null };
const guarded: Shown = { guarding: "guarded", shownAt: 10_000, focusedAt: null };

describe("a request of high risk", () => {
  test("takes no answer, by pointer or key, for 700 ms after it is shown", () => {
    expect(clickCounts(guarded, { pressedAt: 10_699, at: 10_750, count: 1 })).toBe("ignored");
    expect(clickCounts(guarded, { pressedAt: 10_700, at: 10_750, count: 1 })).toBe("counts");
    expect(keyCounts(guarded, { at: 10_699, repeat: false })).toBe("ignored");
    expect(keyCounts(guarded, { at: 10_700, repeat: false })).toBe("counts");
    expect(clickCounts(guarded, { pressedAt: null, at: 10_600, count: 0 })).toBe("ignored");
  });

  test("starts again when the window comes to the front", () => {
    expect(readyAt({ ...guarded, focusedAt: 60_000 }, "keyboard")).toBe(60_700);
  });
});

describe("any other request", () => {
  test("is not answered by the click that brings the window to the front, however long the button is held", () => {
    const shown = { ...plain, focusedAt: 60_000 };
    expect(clickCounts(shown, { pressedAt: 60_005, at: 62_000, count: 1 })).toBe("ignored");
    expect(clickCounts(shown, { pressedAt: 60_399, at: 60_410, count: 1 })).toBe("ignored");
    expect(clickCounts(shown, { pressedAt: 60_400, at: 60_450, count: 1 })).toBe("counts");
  });

  test("is not answered by a click meant for the one before it", () => {
    expect(clickCounts(plain, { pressedAt: 10_100, at: 10_120, count: 1 })).toBe("ignored");
    expect(clickCounts(plain, { pressedAt: 12_000, at: 12_010, count: 2 })).toBe("ignored");
    expect(clickCounts(plain, { pressedAt: 12_000, at: 12_010, count: 1 })).toBe("counts");
  });

  test("is answered by a key at once, but not by a key held down", () => {
    expect(keyCounts(plain, { at: 10_000, repeat: false })).toBe("counts");
    expect(keyCounts(plain, { at: 12_000, repeat: true })).toBe("ignored");
  });
});
