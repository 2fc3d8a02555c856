import { join } from "node:path";
import { createAddOn } from "../electron/adapters/llama/add-on.ts";
import type { AddOn } from "../electron/kernel/ports.ts";
import { type KernelErrorData, toErrorData } from "../shared/errors.ts";

const ROOT = join(import.meta.dirname, "..");

export type AddOnOutcome =
  | { readonly type: "there"; readonly text: string }
  | { readonly type: "unsupported"; readonly text: string }
  | { readonly type: "failed"; readonly error: KernelErrorData };

/** Installs the engine for model files where it is missing, saying so. Never throws. */
export async function ensureAddOn(
  print: (line: string) => void,
  addOn: AddOn = createAddOn({ programFolder: ROOT }),
  signal: AbortSignal = new AbortController().signal,
): Promise<AddOnOutcome> {
  const found = await addOn.look();
  if (found.status === "unsupported") return { type: "unsupported", text: found.text };
  if (found.status !== "missing") return { type: "there", text: `version ${found.version}: ${found.text}` };
  print("Installing the engine for model files with npm…");
  try {
    await addOn.install({ signal, progress: () => {} });
  } catch (thrown) {
    return { type: "failed", error: toErrorData(thrown) };
  }
  const { version, text } = await addOn.look();
  return { type: "there", text: `version ${version}: ${text}` };
}

if (import.meta.main) {
  const abort = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => abort.abort());
  const outcome = await ensureAddOn(
    (line) => process.stdout.write(`${line}\n`),
    createAddOn({ programFolder: ROOT }),
    abort.signal,
  );
  switch (outcome.type) {
    case "there":
      process.stdout.write(`The engine for model files is there, ${outcome.text}\n`);
      break;
    case "unsupported":
      process.stderr.write(`${outcome.text}\n`);
      process.exitCode = 1;
      break;
    case "failed":
      process.stderr.write(`${outcome.error.message}\n${outcome.error.hint ?? ""}\n`);
      process.exitCode = 1;
      break;
  }
}
