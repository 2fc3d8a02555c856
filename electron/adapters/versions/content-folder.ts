import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { lstat, mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { gunzip, gzip, zstdCompress, zstdDecompress } from "node:zlib";
import { KernelError } from "../../../shared/errors.ts";
import { damaged } from "../sqlite-database.ts";
import type { ContentFacts } from "./version-rows.ts";

const compressors = {
  zstd: { pack: promisify(zstdCompress), unpack: promisify(zstdDecompress) },
  gzip: { pack: promisify(gzip), unpack: promisify(gunzip) },
} as const;
const best = typeof zstdCompress === "function" ? "zstd" : "gzip";
const NAME = /^[0-9a-f]{64}$/;

export const hashOf = (content: Uint8Array): string => createHash("sha256").update(content).digest("hex");

/** Contents by hash in `<folder>/ab/<hash>`, each written once, whole or not at all. */
export function openContentFolder(folder: string) {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // Those of this opening are told from those that a crash left.
  const own = randomBytes(8).toString("hex");
  let drafts = 0;
  const fileOf = (hash: string): string => join(folder, hash.slice(0, 2), hash);

  return {
    /** Durable when it resolves. Throws `storage-failed`, leaving nothing behind. */
    async write(hash: string, content: Uint8Array): Promise<ContentFacts> {
      const file = fileOf(hash);
      const packed = await compressors[best].pack(content);
      const isSmaller = packed.length < content.length;
      const bytes = isSmaller ? packed : content;
      drafts += 1;
      const temporary = join(dirname(file), `${own}-${drafts}.tmp`);
      try {
        const made = await mkdir(dirname(file), { recursive: true, mode: 0o700 });
        if (made !== undefined) await syncFolder(folder);
        const handle = await open(temporary, "wx", 0o600);
        try {
          await handle.writeFile(bytes);
          await handle.sync();
        } finally {
          await handle.close();
        }
        await rename(temporary, file);
        await syncFolder(dirname(file));
      } catch (error) {
        await rm(temporary, { force: true }).catch(() => {});
        throw contentError(error);
      }
      return { bytes: content.length, stored: bytes.length, encoding: isSmaller ? best : "plain" };
    },
    /** Whether the file is there with its size; what it holds is looked at when it is read. */
    async isThere(hash: string, { stored }: ContentFacts): Promise<"yes" | "no"> {
      const entry = await lstat(fileOf(hash)).catch(() => null);
      return entry?.isFile() && entry.size === stored ? "yes" : "no";
    },
    /** Throws `database-damaged`, naming the file, for content that is not what was kept. */
    async read(hash: string, { bytes, encoding }: ContentFacts): Promise<Uint8Array> {
      const file = fileOf(hash);
      try {
        const found = await readFile(file);
        const limit = { maxOutputLength: Math.max(1, bytes) };
        const content = encoding === "plain" ? found : await compressors[encoding].unpack(found, limit);
        if (hashOf(content) === hash) return content;
        throw new Error("it does not hold what was written");
      } catch (error) {
        throw damaged(file, error instanceof Error ? error.message : String(error));
      }
    },
    /** At once. One that cannot be removed is met again by `strays`. */
    remove(hash: string): void {
      try {
        rmSync(fileOf(hash), { force: true });
      } catch {
        // It takes room, and does no other harm.
      }
    },
    /** Removes files that nobody knows, folder by folder, between which others have their turn. */
    async removeStrays(isKnown: (hash: string) => boolean): Promise<void> {
      for (const entry of readdirSync(folder, { withFileTypes: true })) {
        if (!entry.isDirectory()) continue;
        await new Promise((resolve) => setImmediate(resolve));
        for (const name of readdirSync(join(folder, entry.name))) {
          const isStray = NAME.test(name) ? !isKnown(name) : name.endsWith(".tmp") && !name.startsWith(own);
          if (isStray) rmSync(join(folder, entry.name, name), { force: true });
        }
      }
    },
  };
}
export type ContentFolder = ReturnType<typeof openContentFolder>;

async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function contentError(error: unknown): KernelError {
  const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
  const text =
    code === "ENOSPC" || code === "EDQUOT"
      ? "There is no space left for versions of files"
      : `The disk refused a version of a file (${code})`;
  return new KernelError("storage-failed", text, { hint: "Free some space on the disk of the data folder." });
}
