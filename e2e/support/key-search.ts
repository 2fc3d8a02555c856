import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Files under a folder whose bytes hold this text, as it is or in base64. */
export function filesHolding(folder: string, text: string): readonly string[] {
  const needles = [Buffer.from(text), Buffer.from(Buffer.from(text).toString("base64").replace(/=+$/, ""))];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => lstatSync(join(folder, path)).isFile())
    .filter((path) => {
      const bytes = readFileSync(join(folder, path));
      return needles.some((needle) => bytes.includes(needle));
    });
}
