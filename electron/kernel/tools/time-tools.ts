import { z } from "zod";
import { KernelError } from "../../../shared/errors.ts";
import type { Tool } from "../ports.ts";
import { defineTool } from "./define-tool.ts";

const DAY_MS = 86_400_000;
const dateSchema = z.iso.date({ error: "expected a date such as 2026-12-25" });

/** The tools `clock` and `calendar`. Dates are days of the Gregorian calendar without a time zone. */
export function timeTools(): readonly Tool[] {
  const clock = defineTool({
    name: "clock",
    description: "Tells the present date, weekday and time, in UTC or in a time zone such as Europe/Paris.",
    kind: "tool",
    input: z.strictObject({ timezone: z.string().max(64).default("UTC") }),
    idempotent: "yes",
    run: async ({ timezone }, run) => now(run.clock.wall(), timezone),
  });
  const calendar = defineTool({
    name: "calendar",
    description:
      "Works with dates (YYYY-MM-DD): operation 'weekday' of date; 'add' days, weeks, months and years to date; " +
      "'difference' in days between from and to.",
    kind: "tool",
    input: z.strictObject({
      operation: z.enum(["weekday", "add", "difference"]),
      date: dateSchema.optional(),
      from: dateSchema.optional(),
      to: dateSchema.optional(),
      days: z.int().min(-1_000_000).max(1_000_000).default(0),
      weeks: z.int().min(-100_000).max(100_000).default(0),
      months: z.int().min(-12_000).max(12_000).default(0),
      years: z.int().min(-1_000).max(1_000).default(0),
    }),
    idempotent: "yes",
    run: async (args) => {
      switch (args.operation) {
        case "weekday":
          return weekday(need(args.date, "date"));
        case "add": {
          const date = add(
            need(args.date, "date"),
            args.years * 12 + args.months,
            args.weeks * 7 + args.days,
          );
          return `${format(date)} (${weekday(date)})`;
        }
        case "difference":
          return `${Math.round((need(args.to, "to") - need(args.from, "from")) / DAY_MS)} days`;
      }
    },
  });
  return [clock, calendar];
}

function now(wall: number, timezone: string): string {
  try {
    const parts = new Intl.DateTimeFormat("en-GB", {
      timeZone: timezone,
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      weekday: "long",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      hourCycle: "h23",
    }).formatToParts(wall);
    const part = (type: Intl.DateTimeFormatPartTypes): string =>
      parts.find((each) => each.type === type)?.value ?? "";
    const date = `${part("year")}-${part("month")}-${part("day")}`;
    return `${date} (${part("weekday")}) ${part("hour")}:${part("minute")}:${part("second")} ${timezone}`;
  } catch {
    throw new KernelError("bad-input", `clock: timezone: ${timezone} is not a known time zone`, {
      field: "timezone",
    });
  }
}

function need(date: string | undefined, field: string): number {
  if (date === undefined)
    throw new KernelError("bad-input", `calendar: ${field}: expected a date`, { field });
  return Date.parse(`${date}T00:00:00Z`);
}

const format = (date: number): string => new Date(date).toISOString().slice(0, 10);

const weekday = (date: number): string =>
  new Intl.DateTimeFormat("en-GB", { weekday: "long", timeZone: "UTC" }).format(date);

/** Adds months first, kept within the month's end (31 January and a month is 28 or 29 February), then days. */
function add(date: number, months: number, days: number): number {
  const start = new Date(date);
  const [year, month] = [start.getUTCFullYear(), start.getUTCMonth() + months];
  const monthEnd = new Date(dayOf(year, month + 1, 0)).getUTCDate();
  const sum = dayOf(year, month, Math.min(start.getUTCDate(), monthEnd) + days);
  const reached = new Date(sum).getUTCFullYear();
  if (Number.isNaN(sum) || reached > 9_999 || reached < 0) {
    throw new KernelError("bad-input", "calendar: the date lies outside the years 0 to 9999");
  }
  return sum;
}

/** Unlike Date.UTC it takes the years 0 to 99 for what they are. */
const dayOf = (year: number, month: number, day: number): number =>
  new Date(0).setUTCFullYear(year, month, day);
