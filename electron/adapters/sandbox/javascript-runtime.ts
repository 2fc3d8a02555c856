import { dirname } from "node:path";
import { KernelError } from "../../../shared/errors.ts";
import { find } from "./availability.ts";

export interface JavascriptRuntime {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** What it is made of, wherever that lies. */
  readonly readable: readonly string[];
}

/**
 * A Node.js for programs of agents: this process's own. Electron as it is developed acts as one; the installed app
 * does not (its runAsNode fuse is off, so that nobody can use its rights), and takes the system's. Throws `tool-failed`
 * when there is none.
 */
export async function javascriptRuntime(): Promise<JavascriptRuntime> {
  if (process.versions.electron === undefined) {
    return { argv: [process.execPath], env: {}, readable: [process.execPath] };
  }
  // Set by Electron when it runs a folder and not an installed app.
  if ("defaultApp" in process && process.defaultApp === true) {
    return {
      argv: [process.execPath],
      env: { ELECTRON_RUN_AS_NODE: "1" },
      readable: [dirname(process.execPath)],
    };
  }
  const node = await find("node");
  if (node !== null) return { argv: [node], env: {}, readable: [node] };
  throw new KernelError("tool-failed", "There is no Node.js on this machine for programs of agents", {
    hint: "Install Node.js for all users, or use run_command with another language",
  });
}
