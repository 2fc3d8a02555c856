import { expect, test } from "vitest";
import { commandOf, type KeyPress } from "./keys.ts";

const press = (key: string, change: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...change,
});

test("letters and arrows move and answer", () => {
  const keys = ["j", "ArrowDown", "k", "ArrowUp", "Home", "End", "a", "r", "w", "e", "d", "Escape"];
  expect(keys.map((key) => commandOf(press(key), "screen"))).toEqual([
    "next",
    "next",
    "previous",
    "previous",
    "first",
    "last",
    "once",
    "run",
    "rule",
    "edit",
    "deny",
    "close",
  ]);
});

test("nothing is answered while typing, with a modifier, or by another key", () => {
  expect(commandOf(press("a"), "typing")).toBeNull();
  expect(commandOf(press("a", { ctrlKey: true }), "screen")).toBeNull();
  expect(commandOf(press("r", { metaKey: true }), "screen")).toBeNull();
  expect(commandOf(press("A", { shiftKey: true }), "screen")).toBeNull();
  expect(commandOf(press("toString"), "screen")).toBeNull();
});
