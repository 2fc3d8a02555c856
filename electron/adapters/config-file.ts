import { readFileSync, renameSync } from "node:fs";
import { z } from "zod";
import { KernelError } from "../../shared/errors.ts";
import type { JsonObject } from "../../shared/messages.ts";
import type { ConfigFile } from "../kernel/ports.ts";
import { writeFileAtomically } from "./atomic-file.ts";

const configSchema = z.record(z.string(), z.json());

/**
 * Configuration as one JSON object in a file. A damaged file is kept under a new name, `load` answers null, and
 * `onDamaged` is told where it went; without one it is a warning of the process. Throws `storage-failed` when the
 * file cannot be read or written at all.
 */
export function openConfigFile(
  file: string,
  onDamaged: (problem: KernelError) => void = (problem) => process.emitWarning(problem.message),
): ConfigFile {
  return {
    async load() {
      const text = readText(file);
      if (text === null) return null;
      const config = parse(text);
      if (config === null) onDamaged(setAside(file));
      return config;
    },
    async save(value) {
      try {
        writeFileAtomically(file, `${JSON.stringify(value, null, 2)}\n`, 0o600);
      } catch (error) {
        throw failed(file, "written", error);
      }
    },
  };
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw failed(file, "read", error);
  }
}

function parse(text: string): JsonObject | null {
  try {
    return configSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

function setAside(file: string): KernelError {
  const kept = `${file}.damaged-${new Date().toISOString().replace(/[:.]/g, "-")}`;
  try {
    renameSync(file, kept);
  } catch (error) {
    throw failed(file, "kept under a new name", error);
  }
  return new KernelError("storage-failed", `The configuration ${file} is damaged; it was kept as ${kept}`, {
    hint: "Settings and added models start from their defaults. Mend the kept file and put it back, or set them anew.",
  });
}

function failed(file: string, verb: string, error: unknown): KernelError {
  const reason = error instanceof Error ? error.message : String(error);
  return new KernelError("storage-failed", `The configuration ${file} cannot be ${verb}: ${reason}`, {
    hint: "Check who owns the file and the free space of the disk.",
  });
}
