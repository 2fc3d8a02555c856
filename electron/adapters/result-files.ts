import { randomBytes } from "node:crypto";
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { KernelError } from "../../shared/errors.ts";
import type { ResultFiles } from "../kernel/ports.ts";

/** Weeks of use, and a size that nobody misses on a disk. */
const FILES = 2_000;
const BYTES = 500_000_000;
/** JSON and spaces before the content: one file for one result, whole or not there. */
const HEADER_BYTES = 512;
const NAME = /^f[1-9]\d{0,14}$/;
/** Every UTF-16 unit has two bytes, so a page is found without reading what is before it. */
const UNIT_BYTES = 2;

const headerSchema = z.strictObject({
  owner: z.string().max(100),
  mimeType: z.string().max(100),
  content: z.enum(["text", "bytes"]),
  bytes: z.int().min(0),
});
type Header = z.infer<typeof headerSchema>;

export interface ResultBounds {
  readonly files: number;
  readonly bytes: number;
}

/**
 * Kept results as files of this user alone in `folder`, which is made when it is needed. Past the bounds those saved
 * first go first.
 */
export function openResultFiles(
  folder: string,
  bounds: ResultBounds = { files: FILES, bytes: BYTES },
): ResultFiles {
  let index: Promise<Map<string, number>> | null = null;
  /** One at a time: what is over the bounds is judged by what is there. */
  let saving: Promise<unknown> = Promise.resolve();

  async function save(name: string, header: Header, content: Buffer): Promise<void> {
    index ??= readIndex(folder);
    const sizes = await index.catch((thrown) => {
      index = null;
      throw thrown;
    });
    await writeAtomically(folder, name, [encodeHeader(header), content]);
    sizes.delete(name);
    sizes.set(name, HEADER_BYTES + content.length);
    let total = [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0);
    for (const [oldest, bytes] of sizes) {
      if (oldest === name || (sizes.size <= bounds.files && total <= bounds.bytes)) break;
      await rm(join(folder, oldest), { force: true });
      sizes.delete(oldest);
      total -= bytes;
    }
  }

  return {
    save(id, owner, mimeType, content) {
      const body = encode(content);
      const type = typeof content === "string" ? "text" : "bytes";
      const header = { owner, mimeType, content: type, bytes: body.length } as const;
      const result = saving
        .then(() => save(nameOf(id), header, body))
        .catch((thrown) => {
          throw failed(id, "kept", thrown);
        });
      saving = result.catch(() => {});
      return result;
    },

    read: (id, owner, offset, limit) =>
      withFile(folder, id, "text", async (file, header) => {
        if (owner !== null && header.owner !== owner) throw unknown(id);
        const total = header.bytes / UNIT_BYTES;
        // One more than asked for: it tells whether the page would end within a character.
        const units = Math.max(0, Math.min(limit + 1, total - offset));
        const text = await readAt(file, HEADER_BYTES + offset * UNIT_BYTES, units * UNIT_BYTES);
        return { text: wholeCharacters(text.toString("utf16le"), limit), total };
      }),

    readBytes: (id) =>
      withFile(folder, id, "bytes", async (file, { mimeType, bytes }) => {
        const content = await readAt(file, HEADER_BYTES, bytes);
        return { mimeType, bytes, base64: content.toString("base64") };
      }),
  };
}

const encode = (content: string | Uint8Array): Buffer =>
  typeof content === "string"
    ? Buffer.from(content, "utf16le")
    : Buffer.from(content.buffer, content.byteOffset, content.length);

const encodeHeader = (header: Header): Buffer => {
  const json = JSON.stringify(headerSchema.parse(header));
  return Buffer.from(json + " ".repeat(Math.max(0, HEADER_BYTES - Buffer.byteLength(json))));
};

function wholeCharacters(text: string, limit: number): string {
  const page = text.slice(0, limit);
  if (text.length <= limit || !/[\ud800-\udbff]$/.test(page)) return page;
  return limit === 1 ? text.slice(0, 2) : page.slice(0, -1);
}

function nameOf(id: string): string {
  if (!NAME.test(id)) throw unknown(id);
  return id;
}

const unknown = (id: string): KernelError =>
  new KernelError("not-found", `There is no kept result ${id}`, {
    hint: "It may be another agent's, or old: the oldest go first",
  });

/** Opens a result of the given sort and closes it again. Throws `not-found` and `storage-failed`. */
async function withFile<T>(
  folder: string,
  id: string,
  content: Header["content"],
  use: (file: FileHandle, header: Header) => Promise<T>,
): Promise<T> {
  const path = join(folder, nameOf(id));
  try {
    const file = await open(path, "r");
    try {
      const { size } = await file.stat();
      const header = headerSchema.parse(JSON.parse((await readAt(file, 0, HEADER_BYTES)).toString()));
      if (header.bytes !== size - HEADER_BYTES) throw new Error("cut short");
      if (header.content !== content) throw unknown(id);
      return await use(file, header);
    } finally {
      await file.close();
    }
  } catch (thrown) {
    if (thrown instanceof KernelError) throw thrown;
    if (codeOf(thrown) === "ENOENT") throw unknown(id);
    throw failed(id, "read", thrown);
  }
}

async function readAt(file: FileHandle, position: number, bytes: number): Promise<Buffer> {
  const buffer = Buffer.alloc(bytes);
  const { bytesRead } = await file.read(buffer, 0, bytes, position);
  return buffer.subarray(0, bytesRead);
}

/** Names and sizes of what is there, oldest first. Drafts of a crash are removed. */
async function readIndex(folder: string): Promise<Map<string, number>> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const names = await readdir(folder);
  await Promise.all(names.filter((name) => name.endsWith(".tmp")).map((name) => rm(join(folder, name))));
  const kept = await Promise.all(
    names
      .filter((name) => NAME.test(name))
      .map(async (name) => {
        const { size, mtimeMs } = await stat(join(folder, name));
        return { name, size, mtimeMs };
      }),
  );
  return new Map(
    kept
      .sort((a, b) => a.mtimeMs - b.mtimeMs || Number(a.name.slice(1)) - Number(b.name.slice(1)))
      .map(({ name, size }) => [name, size]),
  );
}

/** As `writeFileAtomically`, without holding the event loop: results are large. */
async function writeAtomically(folder: string, name: string, parts: readonly Buffer[]): Promise<void> {
  const draft = join(folder, `.${randomBytes(8).toString("hex")}.tmp`);
  try {
    const file = await open(draft, "wx", 0o600);
    try {
      for (const part of parts) await file.writeFile(part);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, join(folder, name));
  } catch (thrown) {
    await rm(draft, { force: true });
    throw thrown;
  }
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const codeOf = (thrown: unknown): string =>
  thrown instanceof Error && "code" in thrown ? String(thrown.code) : "its content is damaged";

const failed = (id: string, verb: "kept" | "read", thrown: unknown): KernelError =>
  thrown instanceof KernelError
    ? thrown
    : new KernelError("storage-failed", `The result ${id} could not be ${verb}: ${codeOf(thrown)}`, {
        hint: "Check the free space of the disk and who owns the data folder.",
      });
