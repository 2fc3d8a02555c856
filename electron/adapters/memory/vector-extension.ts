import { getLoadablePath } from "sqlite-vec";
import type { Connection } from "../sqlite-database.ts";

/**
 * Loads sqlite-vec's functions. Returns why not where there are none for this system: then memory is searched by
 * words alone.
 */
export function loadVectorExtension(database: Connection): string | null {
  try {
    // SQLite cannot load out of the app's archive; its native code lies beside it.
    database.loadExtension(getLoadablePath().replace(/\bapp\.asar(?=[\\/])/, "app.asar.unpacked"));
    return null;
  } catch (error) {
    return `sqlite-vec cannot be loaded on this system: ${error instanceof Error ? error.message : "unknown"}`;
  }
}
