import { KernelError } from "../../../shared/errors.ts";
import type { FileContent, FileVersion, VersionId } from "../../../shared/files.ts";
import type { VersionStore } from "../ports.ts";

/** What a version of a file held; `maxBytes` of it where it is longer. Throws `not-found`, also where nothing was held. */
export async function contentOf(
  versions: VersionStore,
  path: string,
  id: VersionId,
  maxBytes: number,
): Promise<FileContent> {
  const version = await versionOf(versions, path, id);
  return textOf(await versions.content(hashOf(version)), maxBytes);
}

/** A version of just this file. Throws `not-found`. */
export async function versionOf(versions: VersionStore, path: string, id: VersionId): Promise<FileVersion> {
  const version = await versions.version(id);
  if (version?.path === path) return version;
  throw new KernelError("not-found", `"${path}" has no version ${id}`, {
    field: "version",
    hint: "List its versions to see those there are",
  });
}

export function hashOf({ hash, id, path }: FileVersion): string {
  if (hash !== null) return hash;
  throw new KernelError("not-found", `"${path}" was not there any more at ${id}`, { field: "version" });
}

/** Bytes as a screen or a model can show them. */
export function textOf(content: Uint8Array, maxBytes: number): FileContent {
  const bytes = content.length;
  const isCut = bytes > maxBytes;
  const part = isCut ? content.subarray(0, maxBytes) : content;
  if (part.includes(0)) return { type: "binary", bytes };
  try {
    // Of a beginning, an unfinished last character is left out.
    const text = new TextDecoder("utf-8", { fatal: true }).decode(part, { stream: isCut });
    return { type: "text", text, bytes, cut: isCut ? "cut" : "whole" };
  } catch {
    return { type: "binary", bytes };
  }
}
