import { resolve } from "node:path";
import { parseArgs } from "node:util";

/** The folder after `--data`, absolute, or null. Other arguments are Chromium's and are left to it. */
export function dataArgument(args: readonly string[]): string | null {
  const { values } = parseArgs({
    args: [...args],
    options: { data: { type: "string" } },
    strict: false,
    allowPositionals: true,
  });
  return typeof values.data === "string" && values.data !== "" ? resolve(values.data) : null;
}
