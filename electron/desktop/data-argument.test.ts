import { resolve } from "node:path";
import { expect, test } from "vitest";
import { dataArgument } from "./data-argument.ts";

test.each([
  [["/usr/bin/program", ".", "--data", "/tmp/a"], "/tmp/a"],
  [["/usr/bin/program", "--enable-logging", "--data=/tmp/a", "--lang=zh"], "/tmp/a"],
  [["program", "--data", "relative"], resolve("relative")],
  [["program", "."], null],
  [["program", "--data"], null],
])("%j names %j", (args, folder) => {
  expect(dataArgument(args)).toBe(folder);
});
