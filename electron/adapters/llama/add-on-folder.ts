import { existsSync } from "node:fs";
import { dirname, extname, join } from "node:path";

/** What one place of the add-on is: part of the source tree, or shipped with the packaged app. */
export interface AddOnFolder {
  readonly path: string;
  readonly origin: "source" | "bundled";
}

/** Names a folder of add-ons other than the program's own: one that several copies share, or one of a test. */
const FOLDER_VARIABLE = "AIOS_ADDONS_FOLDER";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Where the add-on lies or would be put. `programFolder` holds package.json: the source tree, or the packaged app's
 * archive. Native files cannot be loaded out of an archive, so the add-on lies beside it. The variable
 * AIOS_ADDONS_FOLDER names another folder that holds `llama` with its package.json; a packaged app does not heed it,
 * or whoever sets its environment could give it code to run.
 */
export function addOnFolder(programFolder: string, environment: Environment = process.env): AddOnFolder {
  if (extname(programFolder) === ".asar") {
    return { path: join(dirname(programFolder), "addons", "llama"), origin: "bundled" };
  }
  const addOns = environment[FOLDER_VARIABLE] || join(programFolder, "addons");
  return { path: join(addOns, "llama"), origin: "source" };
}

/** Path of the module to import, or null where the add-on is not installed. Never throws. */
export function addOnEntry(programFolder: string, environment: Environment = process.env): string | null {
  const { path } = addOnFolder(programFolder, environment);
  const entry = join(path, "node_modules", "node-llama-cpp", "dist", "index.js");
  return existsSync(entry) ? entry : null;
}
