import { expect, test } from "vitest";
import { Speeds } from "./speeds.ts";

test("speeds are guessed until they are measured, and shown only then", () => {
  const speeds = new Speeds();
  expect(speeds.of("prefill")).toBeGreaterThan(0);
  expect(speeds.view().prefillTokensPerSecond).toBeNull();
  speeds.note("prefill", 128, 256);
  expect(speeds.view().prefillTokensPerSecond).toBe(500);
  expect(speeds.ms("prefill", 1_000)).toBe(2_000);
  speeds.note("prefill", 0, 100);
  speeds.note("prefill", 10, 0);
  expect(speeds.of("prefill")).toBe(500);
});

test("an average follows the newest measurements", () => {
  const speeds = new Speeds();
  speeds.note("output", 100, 1_000);
  for (let count = 0; count < 30; count += 1) speeds.note("output", 20, 1_000);
  expect(speeds.of("output")).toBeCloseTo(20, 1);
});

test("a file that had to wait does not make the disk look slow", () => {
  const speeds = new Speeds();
  speeds.note("restore", 50_000, 150);
  expect(speeds.view().restoreBytesPerSecond).toBeNull();
  speeds.note("restore", 8_000_000, 8);
  speeds.note("restore", 8_000_000, 200);
  expect(speeds.of("restore")).toBeGreaterThan(900_000_000);
  expect(speeds.ms("restore", 8_000_000)).toBeLessThan(12);
  for (let count = 0; count < 200; count += 1) speeds.note("restore", 8_000_000, 200);
  expect(speeds.of("restore")).toBeLessThan(50_000_000);
});
