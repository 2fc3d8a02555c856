import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { KernelError } from "../../../shared/errors.ts";
import type { AddOnView } from "../../../shared/local-models.ts";
import type { AddOn } from "../../kernel/ports.ts";
import { addOnEntry, addOnFolder } from "./add-on-folder.ts";
import { findNpm } from "./find-npm.ts";
import { runNpm } from "./run-npm.ts";

/** Packages with the engine's machine code that needs no graphics card, for each system there is one for. */
const SYSTEM_PACKAGES: Readonly<Record<string, string>> = {
  "linux-x64": "@node-llama-cpp/linux-x64",
  "linux-arm64": "@node-llama-cpp/linux-arm64",
  "linux-arm": "@node-llama-cpp/linux-armv7l",
  "linux-riscv64": "@node-llama-cpp/linux-riscv64",
  "darwin-arm64": "@node-llama-cpp/mac-arm64-metal",
  "darwin-x64": "@node-llama-cpp/mac-x64",
  "win32-x64": "@node-llama-cpp/win-x64",
  "win32-arm64": "@node-llama-cpp/win-arm64",
};

const HOW_TO = "Run npm run addon:llama, or press Install in Models";

const manifestSchema = z.object({ dependencies: z.object({ "node-llama-cpp": z.string() }) });
const packageSchema = z.object({ version: z.string() });
const lockSchema = z.object({
  packages: z.record(z.string(), z.looseObject({ optional: z.boolean().optional() })),
});

export interface AddOnOptions {
  /** Holds package.json: the source tree, or the packaged app's archive. */
  readonly programFolder: string;
  /** This system's by default. */
  readonly system?: { readonly platform: NodeJS.Platform; readonly arch: string };
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** The engine that runs model files, in a folder of its own with packages of its own. */
export function createAddOn(options: AddOnOptions): AddOn {
  const { programFolder, environment = process.env } = options;
  const { platform, arch } = options.system ?? process;
  const { path: folder, origin } = addOnFolder(programFolder, environment);
  const systemPackage = SYSTEM_PACKAGES[`${platform}-${arch}`] ?? null;

  function look(): AddOnView {
    if (systemPackage === null) {
      return { status: "unsupported", version: null, text: `There is no engine for ${platform} on ${arch}` };
    }
    const version = versionOf(folder, "node-llama-cpp");
    const wanted = wantedVersion(folder);
    const isWhole =
      addOnEntry(programFolder, environment) !== null && versionOf(folder, systemPackage) === version;
    if (version === null || !isWhole) {
      return origin === "bundled"
        ? {
            status: "missing",
            version: null,
            text: "This program was packed without it: install the program anew",
          }
        : { status: "missing", version: null, text: HOW_TO };
    }
    if (origin === "bundled") return { status: "bundled", version, text: "It came with the program" };
    if (wanted !== null && version !== wanted) {
      return {
        status: "missing",
        version,
        text: `Version ${version} is there and ${wanted} is needed. ${HOW_TO}`,
      };
    }
    return { status: "installed", version, text: `It is in ${folder}` };
  }

  return {
    look: async () => look(),
    async install(run) {
      const view = look();
      if (systemPackage === null || origin === "bundled") throw new KernelError("addon-missing", view.text);
      const wanted = wantedVersion(folder);
      if (wanted === null) {
        throw new KernelError("addon-missing", `${join(folder, "package.json")} does not name the engine`, {
          hint: "Get the program's files again",
        });
      }
      const node = process.versions.electron === undefined ? process.execPath : null;
      const npm = findNpm({ node, programFolder, environment, platform });
      if (npm === null) {
        throw new KernelError("addon-missing", "There is no npm on this machine, which gets the engine", {
          hint: "Install Node.js from nodejs.org, then try again",
        });
      }
      const total = packageCount(folder);
      let fetched = 0;
      const say = (message: string): void => run.progress({ done: Math.min(fetched, total), total, message });
      say("Asking for the packages");
      await runNpm({
        npm,
        // The system's own package is named outright: as an optional one of many it would bring those for graphics cards too.
        args: [
          "install",
          `${systemPackage}@${wanted}`,
          ...[
            "--prefix",
            folder,
            "--no-save",
            "--omit=optional",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
          ],
        ],
        folder,
        environment,
        signal: run.signal,
        fetched: () => {
          fetched += 1;
          say("Getting the packages");
        },
      });
      const now = look();
      if (now.status !== "installed") {
        throw new KernelError("addon-missing", `npm ended well, but the engine is not whole. ${now.text}`);
      }
      fetched = total;
      say(`Version ${now.version} is there`);
    },
  };
}

/** Version of a package in the add-on, or null where it is not there. */
function versionOf(folder: string, name: string): string | null {
  return read(join(folder, "node_modules", name, "package.json"), packageSchema)?.version ?? null;
}

const wantedVersion = (folder: string): string | null =>
  read(join(folder, "package.json"), manifestSchema)?.dependencies["node-llama-cpp"] ?? null;

/** Packages that an installation brings: those of the lock that are not optional, and the system's own. */
function packageCount(folder: string): number {
  const packages = Object.entries(read(join(folder, "package-lock.json"), lockSchema)?.packages ?? {});
  return packages.filter(([path, each]) => path !== "" && each.optional !== true).length + 1;
}

function read<T>(file: string, schema: z.ZodType<T>): T | null {
  if (!existsSync(file)) return null;
  try {
    return schema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return null;
  }
}
