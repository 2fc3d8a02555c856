import { expect, test } from "vitest";
import { timeLeft } from "./countdown.ts";

test("counts down in minutes and seconds of one width, and never below nothing", () => {
  expect(timeLeft(300_000, 0).text).toBe("05:00");
  expect(timeLeft(300_000, 27_500).text).toBe("04:32");
  expect(timeLeft(300_000, 299_999).text).toBe("00:00");
  expect(timeLeft(300_000, 400_000).text).toBe("00:00");
});

test("warns below a minute", () => {
  expect(timeLeft(60_000, 0).tone).toBe("calm");
  expect(timeLeft(60_000, 1).tone).toBe("warning");
});
