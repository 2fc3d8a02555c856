import { mkdirSync } from "node:fs";
import { readdir, realpath, statfs } from "node:fs/promises";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import { KernelError } from "../../shared/errors.ts";
import type { ModelFileFacts } from "../../shared/local-models.ts";
import type { ModelFiles } from "../kernel/ports.ts";
import { readModelFacts } from "./llama/gguf-header.ts";
import { type Choice, choosePlace } from "./model-files/choose-place.ts";
import { Download, type DownloadLimits } from "./model-files/download.ts";

/** Files that are listed. */
const MOST_LISTED = 200;

const DEFAULT_LIMITS: DownloadLimits = {
  mostBytes: 1_000_000_000_000,
  idleMs: 30_000,
  attempts: 6,
  pauseMs: 500,
  reserveBytes: 500_000_000,
  freeBytes: async (folder) => {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  },
};

/** Model files on this machine. `folder` is the program's own, made when it is needed, for this user alone. */
export function createModelFiles(folder: string, limits: Partial<DownloadLimits> = {}): ModelFiles {
  /** Files on their way, by address; null while a place is chosen. */
  const underWay = new Map<string, string | null>();
  const inUse = (file: string): boolean => [...underWay.values()].includes(file);
  /** Places are chosen one after the other, so that two files of one name do not take the same. */
  let choosing: Promise<unknown> = Promise.resolve();

  function choose(address: string, sha256: string | null): Promise<Choice> {
    const chosen = choosing.then(async () => {
      const choice = await choosePlace(folder, address, sha256, inUse);
      underWay.set(address, choice.place.file);
      return choice;
    });
    choosing = chosen.catch(() => {});
    return chosen;
  }

  return {
    inspect: async (file) => readModelFacts(await canonical(file)),
    // Knows of the limits of a container, unlike the system's own figure.
    freeMemory: () => process.availableMemory(),
    async list() {
      const names = await readdir(folder).catch(() => []);
      const files = names.filter((name) => name.endsWith(".gguf")).sort();
      const facts: ModelFileFacts[] = [];
      for (const name of files.slice(0, MOST_LISTED)) {
        const each = await readModelFacts(join(folder, name)).catch(() => null);
        if (each) facts.push(each);
      }
      return facts;
    },
    async download(address, sha256, run) {
      if (underWay.has(address)) {
        throw new KernelError("conflict", `The file is being got from ${new URL(address).host} already`);
      }
      underWay.set(address, null);
      try {
        makeFolder(folder);
        const { type, place } = await choose(address, sha256);
        if (type === "free") {
          await new Download({ address, place, sha256, run, limits: { ...DEFAULT_LIMITS, ...limits } }).run();
        }
        return place.file;
      } finally {
        underWay.delete(address);
      }
    },
  };
}

/** One path for each file, so that the same is not added twice. A file that is not there keeps the path as given. */
async function canonical(path: string): Promise<string> {
  const file = path.startsWith("~/") ? join(homedir(), path.slice(2)) : path;
  if (!isAbsolute(file)) {
    throw new KernelError("bad-input", `${path} is no full path`, {
      field: "file",
      hint: "Give the whole path, from the root of the disk or from ~",
    });
  }
  return realpath(file).catch(() => file);
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new KernelError("storage-failed", `The folder ${folder} cannot be used: ${reason}`);
  }
}
