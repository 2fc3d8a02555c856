import { FILES_PAGE } from "../../../shared/contract-files.ts";
import { KernelError, toErrorData } from "../../../shared/errors.ts";
import type { FileContent, FileRow, VersionId } from "../../../shared/files.ts";
import type { JsonObject } from "../../../shared/messages.ts";
import { sensitivity } from "../access/sensitive-paths.ts";
import { FILE_BYTES } from "../limits.ts";
import type { FileEntry } from "../ports.ts";
import type { FilePlanner } from "./file-planner.ts";
import type { FileToolbox } from "./file-tool-parts.ts";
import type { StorageHandlers } from "./storage-room.ts";
import { hashOf, textOf } from "./version-content.ts";

export interface FileHandlerParts {
  readonly box: FileToolbox;
  readonly planner: FilePlanner;
  /** A call of the person's, by the one path. Throws what it ends with. */
  readonly call: (tool: string, args: JsonObject) => Promise<string>;
}

export type FileHandlers = Omit<
  StorageHandlers,
  | "storage.status"
  | "files.workspaces"
  | "files.search"
  | "files.reindex"
  | "files.share"
  | "files.shareAddress"
  | "files.revokeShare"
  | "files.mount"
  | "files.unmount"
>;

/** The contract's methods on files and their versions. What changes anything is a call of the person's. */
export function createFileHandlers({ box, planner, call }: FileHandlerParts): FileHandlers {
  const { files, versions, marks, paths } = box;

  const change = async (tool: string, args: JsonObject): Promise<Record<string, never>> => {
    await call(tool, args);
    return {};
  };
  /** A path that may be looked at. */
  const shown = async (path: string): Promise<string> => refuseKeys(await paths.resolve(path));
  const versionAt = async (id: VersionId) => {
    const version = await versions.version(id);
    if (!version) throw new KernelError("not-found", `There is no version ${id}`, { field: "versionId" });
    return version;
  };

  async function rowsOf(entries: readonly FileEntry[]): Promise<readonly FileRow[]> {
    const names = entries.filter(({ type }) => type === "file").map(({ path }) => path);
    const newest = await versions.newest(names);
    const counts = await versions.count(names);
    const known = new Map(
      names.map((path, n) => [path, { version: newest[n] ?? null, versions: counts[n] ?? 0 }]),
    );
    return entries.map(({ path, type, bytes, modifiedAt }) => ({
      path,
      name: path.slice(path.lastIndexOf("/") + 1),
      type,
      bytes,
      modifiedAt,
      ...(known.get(path) ?? { version: null, versions: 0 }),
      origin: marks.originOf(path),
      sensitivity: sensitivity(path) === "secret" ? "key" : "plain",
    }));
  }

  async function contentAt(target: string): Promise<FileContent> {
    try {
      const { text, bytes } = await files.read(target, FILE_BYTES);
      return { type: "text", text, bytes, cut: bytes > FILE_BYTES ? "cut" : "whole" };
    } catch (thrown) {
      const facts = toErrorData(thrown).code === "conflict" ? await files.stat(target) : null;
      if (facts?.type !== "file") throw thrown;
      return { type: "binary", bytes: facts.bytes };
    }
  }

  return {
    "files.list": async ({ path, offset }) => {
      const { entries, more } = await files.list(await shown(path), offset + FILES_PAGE);
      return { rows: await rowsOf(entries.slice(offset)), more };
    },
    "files.read": async ({ path }) => contentAt(await shown(path)),
    "files.versions": async ({ path }) => versions.versions(await paths.resolve(path), FILES_PAGE),
    "files.version": async ({ versionId }) => {
      const version = await versionAt(versionId);
      refuseKeys(version.path);
      return textOf(await versions.content(hashOf(version)), FILE_BYTES);
    },
    "files.write": ({ path, content, expected }) =>
      change("write_file", { path, content, ...(expected === undefined ? {} : { expected }) }),
    "files.makeFolder": ({ path }) => change("make_folder", { path }),
    "files.move": ({ from, to }) => change("move_file", { from, to }),
    "files.copy": ({ from, to }) => change("copy_file", { from, to }),
    "files.delete": ({ path }) => change("delete_file", { path }),
    "files.rollBack": ({ path, versionId }) => change("roll_back_file", { path, version: versionId }),
    "files.pinVersion": async ({ versionId, pinned }) => {
      const { path } = await versionAt(versionId);
      return change("pin_version", { path, version: versionId, pinned });
    },
    "files.trash": () => versions.trash(FILES_PAGE),
    "files.restore": async ({ versionId }) => {
      const { path } = await versionAt(versionId);
      return change("restore_file", { path, version: versionId });
    },
    "files.plan": ({ request, path }) => planner.plan(request, path),
    "files.applyPlan": async ({ steps }) => ({ text: await call("apply_plan", { steps: [...steps] }) }),
  };
}

/** Keys stay where they are: who looks at a screen may not be alone, and no call needs them. Throws `not-allowed`. */
function refuseKeys(target: string): string {
  if (sensitivity(target) !== "secret") return target;
  throw new KernelError("not-allowed", `"${target}" holds keys, which no screen shows`, {
    field: "path",
    hint: "Open it with another program",
  });
}
