import { KernelError } from "../../../shared/errors.ts";
import { sensitivity } from "./sensitive-paths.ts";

/**
 * The floor once more, on the path that is being opened: a link can be turned to a key between the decision and the
 * call. Throws `not-allowed` for key material, and for a change of what steers programs.
 */
export function guardPath(path: string, use: "read" | "write"): void {
  const found = sensitivity(path);
  if (found === null || (found === "config" && use === "read")) return;
  const what = found === "secret" ? "holds key material" : "steers programs";
  throw new KernelError("not-allowed", `No agent may ${use} "${path}": it ${what}`);
}
