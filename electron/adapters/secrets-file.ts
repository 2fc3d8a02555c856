import { chmodSync, readFileSync, statSync } from "node:fs";
import { z } from "zod";
import { KernelError } from "../../shared/errors.ts";
import type { Secrets } from "../kernel/ports.ts";
import { writeFileAtomically } from "./atomic-file.ts";

const FOR_OWNER_ONLY = 0o600;
const secretsSchema = z.record(z.string(), z.string());

/**
 * Keys in a JSON file of mode 600, for hosts without a keychain. A file that others could read is closed to them
 * before it is used. Every method throws `storage-failed` for a file that cannot be read or written; no error
 * holds any of its content.
 */
export function openSecretsFile(file: string): Secrets {
  let pending: Promise<unknown> = Promise.resolve();
  /** One change at a time, so that none is lost to another that read the same file. */
  const inTurn = <T>(action: () => T): Promise<T> => {
    const result = pending.then(action);
    pending = result.catch(() => undefined);
    return result;
  };
  return {
    get: (name) => inTurn(() => read(file).get(name) ?? null),
    set: (name, value) =>
      inTurn(() => {
        write(file, read(file).set(name, value));
      }),
    delete: (name) =>
      inTurn(() => {
        const secrets = read(file);
        if (secrets.delete(name)) write(file, secrets);
      }),
  };
}

function read(file: string): Map<string, string> {
  try {
    const stat = statSync(file, { throwIfNoEntry: false });
    if (!stat) return new Map();
    if (process.platform !== "win32" && (stat.mode & 0o077) !== 0) chmodSync(file, FOR_OWNER_ONLY);
    return new Map(Object.entries(secretsSchema.parse(JSON.parse(readFileSync(file, "utf8")))));
  } catch (error) {
    throw failed(file, "read", error);
  }
}

function write(file: string, secrets: ReadonlyMap<string, string>): void {
  try {
    writeFileAtomically(file, `${JSON.stringify(Object.fromEntries(secrets), null, 2)}\n`, FOR_OWNER_ONLY);
  } catch (error) {
    throw failed(file, "written", error);
  }
}

/** Names the system's error code only: the message of a JSON error would quote the file. */
function failed(file: string, verb: "read" | "written", error: unknown): KernelError {
  const code =
    error instanceof Error && "code" in error ? String(error.code) : "it is not the JSON it should be";
  return new KernelError("storage-failed", `The file of keys ${file} cannot be ${verb}: ${code}`, {
    hint: "Check who owns the file and the free space, or move it away and enter the keys again.",
  });
}
