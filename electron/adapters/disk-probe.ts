import { randomBytes } from "node:crypto";
import { type FileHandle, mkdir, open, rm, stat, statfs } from "node:fs/promises";
import { join } from "node:path";
import { KernelError } from "../../shared/errors.ts";
import type { DiskUse } from "../../shared/files.ts";
import type { DiskProbe } from "../kernel/ports.ts";
import { folderBytes } from "./folder-bytes.ts";

/** Room for some thousand events, while a full disk is told of and stays full. */
const RESERVE_BYTES = 4 * 1024 * 1024;
/** Of a small file system the reserve takes no more than this. */
const RESERVE_SHARE = 0.02;
const RESERVE_PIECE_BYTES = 256 * 1024;
/** What a try writes: more than a change of a usual file, so that the first change afterwards goes through. */
const PROBE_BYTES = 64 * 1024;
/** Folders are walked no more often than this, in ms. */
const WALK_MS = 30_000;

export interface DiskProbeOptions {
  readonly dataFolder: string;
  readonly workspace: string;
  readonly versions: string;
  /** The parts of databases are found beside them. */
  readonly memoryFile: string;
  readonly eventsFile: string;
  readonly now?: () => number;
}

/** The disks of one data folder; the reserve is its file `reserve`. */
export function createDiskProbe(options: DiskProbeOptions): DiskProbe {
  const { dataFolder, workspace, versions, now = () => performance.now() } = options;
  const reserveFile = join(dataFolder, "reserve");
  let walked: { readonly at: number; readonly sizes: Promise<Omit<DiskUse, "freeBytes">> } | null = null;
  // One at a time: a reserve that is given away is not being taken.
  let queue: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(run: () => Promise<T>): Promise<T> => {
    const result = queue.then(run);
    queue = result.catch(() => {});
    return result;
  };

  async function takeReserve(): Promise<void> {
    const { bavail, blocks, bsize } = await statfs(dataFolder);
    const wanted = Math.min(RESERVE_BYTES, Math.floor(blocks * bsize * RESERVE_SHARE));
    const held = await sizeOf(reserveFile);
    if (held >= wanted) return;
    // Asked first: filling the disk up to find out that there is no room would take it from the log.
    if (bavail * bsize < wanted - held + PROBE_BYTES) throw noSpace(dataFolder);
    try {
      await fill(reserveFile, wanted);
    } catch (error) {
      await rm(reserveFile, { force: true });
      throw error;
    }
  }

  async function walk(): Promise<Omit<DiskUse, "freeBytes">> {
    const [dataBytes, workspaceBytes, versionBytes] = [
      await folderBytes(dataFolder),
      await folderBytes(workspace),
      await folderBytes(versions),
    ];
    const [memoryBytes, logBytes] = [
      await databaseBytes(options.memoryFile),
      await databaseBytes(options.eventsFile),
    ];
    return { dataBytes, workspaceBytes, versionBytes, memoryBytes, logBytes };
  }

  return {
    reserve: () => inTurn(takeReserve).catch(() => {}),
    release: () => inTurn(() => rm(reserveFile, { force: true })).catch(() => {}),
    probe: () =>
      inTurn(async () => {
        for (const folder of [dataFolder, workspace, versions]) {
          try {
            if (folder === dataFolder) await takeReserve();
            await tryFolder(folder);
          } catch (error) {
            throw refusal(folder, error);
          }
        }
      }),
    async measure() {
      try {
        const { bavail, bsize } = await statfs(dataFolder);
        if (walked === null || now() - walked.at >= WALK_MS) walked = { at: now(), sizes: walk() };
        return { ...(await walked.sizes), freeBytes: bavail * bsize };
      } catch (error) {
        walked = null;
        throw refusal(dataFolder, error);
      }
    },
  };
}

/** The name is that of a write that was cut short: nobody lists it, and the next start clears it away. */
async function tryFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, `.aios-${randomBytes(8).toString("hex")}.tmp`);
  try {
    await fill(file, PROBE_BYTES);
  } finally {
    await rm(file, { force: true });
  }
}

/** Random bytes: zeros take no room on a file system that compresses. */
async function fill(file: string, bytes: number): Promise<void> {
  const handle: FileHandle = await open(file, "w", 0o600);
  try {
    for (let done = 0; done < bytes; done += RESERVE_PIECE_BYTES) {
      await handle.writeFile(randomBytes(Math.min(RESERVE_PIECE_BYTES, bytes - done)));
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const sizeOf = async (file: string): Promise<number> =>
  stat(file).then(
    ({ size }) => size,
    () => 0,
  );

async function databaseBytes(file: string): Promise<number> {
  let bytes = 0;
  for (const suffix of ["", "-wal", "-shm"]) bytes += await sizeOf(file + suffix);
  return bytes;
}

const noSpace = (folder: string): KernelError =>
  new KernelError("storage-failed", `There is no space left in ${folder}`);

function refusal(folder: string, error: unknown): KernelError {
  if (error instanceof KernelError) return error;
  const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
  return code === "ENOSPC" || code === "EDQUOT"
    ? noSpace(folder)
    : new KernelError("storage-failed", `The disk refused ${folder} (${code})`);
}
