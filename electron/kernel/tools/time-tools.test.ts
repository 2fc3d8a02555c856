import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../shared/messages.ts";
import { runTool } from "../testing/run-tool.ts";
import { timeTools } from "./time-tools.ts";

const [clock, calendar] = timeTools();
const call = async (tool: typeof clock, args: JsonObject): Promise<string> => {
  if (!tool) throw new Error("the tool is there");
  return runTool(tool, args);
};

describe("clock", () => {
  test.each([
    [{}, "2026-11-22 (Sunday) 12:00:00 UTC"],
    [{ timezone: "Asia/Tokyo" }, "2026-11-22 (Sunday) 21:00:00 Asia/Tokyo"],
    [{ timezone: "Pacific/Kiritimati" }, "2026-11-23 (Monday) 02:00:00 Pacific/Kiritimati"],
  ])("%j", async (args, expected) => {
    expect(await call(clock, args)).toBe(expected);
  });

  test.each(["Mars/Base", "", "🕐"])("%j is no time zone", async (timezone) => {
    await expect(call(clock, { timezone })).rejects.toMatchObject({
      data: { code: "bad-input", field: "timezone" },
    });
  });
});

describe("calendar", () => {
  test.each([
    [{ operation: "weekday", date: "2026-12-25" }, "Friday"],
    [{ operation: "weekday", date: "2000-02-29" }, "Tuesday"],
    [{ operation: "weekday", date: "0001-01-01" }, "Monday"],
    [{ operation: "add", date: "2026-11-22", days: 33 }, "2026-12-25 (Friday)"],
    [{ operation: "add", date: "2026-01-31", months: 1 }, "2026-02-28 (Saturday)"],
    [{ operation: "add", date: "2024-01-31", months: 1 }, "2024-02-29 (Thursday)"],
    [{ operation: "add", date: "2024-02-29", years: 1 }, "2025-02-28 (Friday)"],
    [{ operation: "add", date: "2026-03-31", months: -1 }, "2026-02-28 (Saturday)"],
    [{ operation: "add", date: "2026-01-01", weeks: -1, days: -1 }, "2025-12-24 (Wednesday)"],
    [{ operation: "add", date: "0050-01-31", days: 1 }, "0050-02-01 (Tuesday)"],
    [{ operation: "difference", from: "2026-11-22", to: "2026-12-25" }, "33 days"],
    [{ operation: "difference", from: "2026-12-25", to: "2026-11-22" }, "-33 days"],
    [{ operation: "difference", from: "2026-03-28", to: "2026-03-30" }, "2 days"],
  ])("%j", async (args, expected) => {
    expect(await call(calendar, args)).toBe(expected);
  });

  test.each([
    [{ operation: "weekday" }, "date"],
    [{ operation: "weekday", date: "2026-02-30" }, "date"],
    [{ operation: "weekday", date: "22.11.2026" }, "date"],
    [{ operation: "difference", from: "2026-01-01" }, "to"],
    [{ operation: "multiply" }, "operation"],
    [{ operation: "add", date: "2026-01-01", days: 1.5 }, "days"],
  ])("%j names its field", async (args, field) => {
    await expect(call(calendar, args)).rejects.toMatchObject({ data: { code: "bad-input", field } });
  });

  test.each([
    { operation: "add", date: "9999-12-31", days: 1 },
    { operation: "add", date: "0000-01-01", days: -1 },
  ])("%j lies outside the years that there are", async (args) => {
    await expect(call(calendar, args)).rejects.toMatchObject({ data: { code: "bad-input" } });
  });
});
