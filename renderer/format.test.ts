import { describe, expect, it } from "vitest";
import * as format from "./format.ts";

describe("durations", () => {
  it.each([
    [0, "0 ms"],
    [999.4, "999 ms"],
    [999.6, "1.0 s"],
    [59_949, "59.9 s"],
    [59_960, "1m 00s"],
    [125_000, "2m 05s"],
    [3_599_600, "1h 00m"],
    [3_720_000, "1h 02m"],
    [-5, "0 ms"],
    [Number.NaN, "–"],
  ])("%d ms is %s", (ms, text) => expect(format.formatDuration(ms)).toBe(text));
});

describe("ages", () => {
  it.each([
    [900, "just now"],
    [12_500, "12 s ago"],
    [300_000, "5 min ago"],
    [7_300_000, "2 h ago"],
    [200_000_000, "2 d ago"],
  ])("%d ms is %s", (ms, text) => expect(format.formatAge(ms)).toBe(text));
});

describe("bytes", () => {
  it.each([
    [512, "512 B"],
    [1_023, "1,023 B"],
    [1_536, "1.5 KiB"],
    [12 * 1_024 * 1_024, "12 MiB"],
  ])("%d is %s", (bytes, text) => expect(format.formatBytes(bytes)).toBe(text));
});

describe("tokens", () => {
  it.each([
    [940, "940"],
    [999.7, "1.0k"],
    [9_400, "9.4k"],
    [9_960, "10k"],
    [94_000, "94k"],
    [999_600, "1.0M"],
    [12_000_000, "12M"],
  ])("%d is %s", (count, text) => expect(format.formatTokens(count)).toBe(text));
});

describe("cost, share, rate", () => {
  it("shows small costs without rounding them to nothing", () => {
    expect([0, 0.00001, 0.0042, 0.0372, 12.5].map(format.formatCost)).toEqual([
      "$0",
      "<$0.0001",
      "$0.0042",
      "$0.04",
      "$12.50",
    ]);
  });
  it("says that a little is not nothing", () => {
    expect([0, 0.001, 0.374].map(format.formatPercent)).toEqual(["0%", "<1%", "37%"]);
  });
  it("keeps one place for slow rates", () => {
    expect([0, 3.42, 57.6].map(format.formatRate)).toEqual(["0", "3.4", "58"]);
  });
});
