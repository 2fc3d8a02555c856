import { existsSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";

/** A program and its first arguments. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
}

export interface Surroundings {
  /** The running Node; null where this process runs no plain scripts, as the packaged app. */
  readonly node: string | null;
  readonly programFolder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
}

/**
 * npm: the one that started this program, beside the running Node, among the program's own packages, or on the PATH.
 * null where there is none. It is never run by a shell.
 */
export function findNpm({ node, programFolder, environment, platform }: Surroundings): Command | null {
  const script = (runner: string | null | undefined, file: string | undefined): Command | null =>
    runner && file && /\.c?js$/.test(file) && existsSync(file) ? { program: runner, args: [file] } : null;
  const besideNode = (folder: string): string =>
    platform === "win32"
      ? join(folder, "node_modules", "npm", "bin", "npm-cli.js")
      : join(dirname(folder), "lib", "node_modules", "npm", "bin", "npm-cli.js");
  return (
    script(node ?? environment.npm_node_execpath, environment.npm_execpath) ??
    (node === null ? null : script(node, besideNode(dirname(node)))) ??
    script(node, join(programFolder, "node_modules", "npm", "bin", "npm-cli.js")) ??
    onPath(environment, platform, (folder) => script(join(folder, "node.exe"), besideNode(folder)))
  );
}

/** Windows has npm as a batch file, which only a shell can run: its script is run in its place. */
function onPath(
  environment: Surroundings["environment"],
  platform: NodeJS.Platform,
  onWindows: (folder: string) => Command | null,
): Command | null {
  const path = environment.PATH ?? environment.Path ?? "";
  for (const folder of path.split(delimiter).filter((each) => each !== "")) {
    if (platform === "win32") {
      const found = onWindows(folder);
      if (found) return found;
    } else if (existsSync(join(folder, "npm"))) return { program: join(folder, "npm"), args: [] };
  }
  return null;
}
