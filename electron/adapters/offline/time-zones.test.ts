import { expect, test } from "vitest";
import { timeZoneOf } from "./time-zones.ts";

test("places and IANA names", () => {
  expect(timeZoneOf("Tokyo")).toBe("Asia/Tokyo");
  expect(timeZoneOf("the UK")).toBe("Europe/London");
  expect(timeZoneOf("America/New_York")).toBe("America/New_York");
  expect(timeZoneOf("Gotham")).toBeNull();
});
