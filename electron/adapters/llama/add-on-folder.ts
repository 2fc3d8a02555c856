import { existsSync } from "node:fs";
import { dirname, extname, join } from "node:path";

/** What one place of the add-on is: part of the source tree, or shipped with the packaged app. */
export interface AddOnFolder {
  readonly path: string;
  readonly origin: "source" | "bundled";
}

/**
 * Where the add-on lies or would be put. `programFolder` holds package.json: the source tree, or the packaged app's
 * archive. Native files cannot be loaded out of an archive, so the add-on lies beside it.
 */
export function addOnFolder(programFolder: string): AddOnFolder {
  const packaged = extname(programFolder) === ".asar";
  return {
    path: join(packaged ? dirname(programFolder) : programFolder, "addons", "llama"),
    origin: packaged ? "bundled" : "source",
  };
}

/** Path of the module to import, or null where the add-on is not installed. Never throws. */
export function addOnEntry(programFolder: string): string | null {
  const entry = join(addOnFolder(programFolder).path, "node_modules", "node-llama-cpp", "dist", "index.js");
  return existsSync(entry) ? entry : null;
}
