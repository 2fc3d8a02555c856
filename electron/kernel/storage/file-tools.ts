import { z } from "zod";
import { KernelError } from "../../../shared/errors.ts";
import type { Effect, EffectType, Preview } from "../../../shared/permission.ts";
import type { TaintSource } from "../../../shared/taint.ts";
import { sensitivity } from "../access/sensitive-paths.ts";
import { FILE_BYTES, PREVIEW_CHARACTERS } from "../limits.ts";
import type { FileTree, Tool } from "../ports.ts";
import { defineTool } from "../tools/define-tool.ts";

const LISTED = 500;
const FOUND = 50;
const pathSchema = z.string().min(1, "expected a path").max(1_000);

type FileEffect = Extract<EffectType, "read" | "write" | "delete">;

/** How targets begin that are no files (`memory:agent:clerk`): a file of that name would pass for one. */
const SCHEME = /^[a-z]+:/;

/** Key material is the floor's, and so is a change to what steers programs. */
function typeOn(target: string, type: FileEffect): EffectType {
  const found = sensitivity(target);
  if (found === "secret") return "secret";
  return found === "config" && type !== "read" ? "config" : type;
}

/** The source of outside origin that a canonical path stands for; none for a file of the workspace's own. */
export type FileTaint = (path: string) => readonly TaintSource[];

/** The storage module's tools, on one workspace. */
export function fileTools(files: FileTree, taintOf: FileTaint = () => []): readonly Tool[] {
  const effect = async (type: FileEffect, path: string): Promise<readonly Effect[]> => {
    const target = await files.resolve(path);
    if (SCHEME.test(target)) {
      throw new KernelError("outside-workspace", `The path "${path}" reads like an address, not a file`, {
        hint: "Use a name without a colon",
      });
    }
    return [{ type: typeOn(target, type), target, reversible: "yes" }];
  };
  /** A path that leads nowhere brings nothing in. */
  const taints = async ({ path }: { readonly path: string }): Promise<readonly TaintSource[]> =>
    files.resolve(path).then(taintOf, () => []);
  const privates = [{ type: "workspace" }] as const;
  const current = async (path: string): Promise<string | null> => {
    try {
      return (await files.read(path, PREVIEW_CHARACTERS)).text;
    } catch {
      return null;
    }
  };
  const change = async (path: string, after: string | null): Promise<Preview> => {
    const before = await current(path);
    const longest = Math.max(before?.length ?? 0, after?.length ?? 0);
    return {
      type: "file-change",
      path,
      before: before?.slice(0, PREVIEW_CHARACTERS) ?? null,
      after: after?.slice(0, PREVIEW_CHARACTERS) ?? null,
      cut: longest >= PREVIEW_CHARACTERS ? "cut" : "whole",
    };
  };
  const common = { kind: "storage", idempotent: "yes" } as const;
  return [
    defineTool({
      ...common,
      name: "read_file",
      description: "Reads a text file of the workspace.",
      input: z.strictObject({ path: pathSchema }),
      effects: ({ path }) => effect("read", path),
      taints,
      privates,
      run: async ({ path }) => {
        const { text, bytes } = await files.read(path, FILE_BYTES);
        return bytes > FILE_BYTES ? `${text}\n… (cut: the file has ${bytes} bytes)` : text;
      },
    }),
    defineTool({
      ...common,
      name: "write_file",
      description: "Writes a text file of the workspace, in place of what it held.",
      input: z.strictObject({ path: pathSchema, content: z.string().max(FILE_BYTES) }),
      concurrency: 1,
      effects: ({ path }) => effect("write", path),
      preview: ({ path, content }) => change(path, content),
      run: async ({ path, content }) => {
        const { bytes, created } = await files.write(path, content);
        return `Wrote ${bytes} bytes to ${await files.resolve(path)} (${created})`;
      },
    }),
    defineTool({
      ...common,
      name: "list_files",
      description: "Lists a folder of the workspace; the workspace itself without a path.",
      input: z.strictObject({ path: z.string().max(1_000).default(".") }),
      effects: ({ path }) => effect("read", path),
      taints,
      privates,
      run: async ({ path }, run) => {
        const { entries, more } = await files.list(path, LISTED);
        if (entries.length === 0) return "The folder is empty.";
        // A name may speak as well as a text. Those of a folder that is itself from outside are marked already.
        const isFromOutside = taintOf(await files.resolve(path)).length > 0;
        const named = entries.flatMap((entry) => (entry.type === "file" ? taintOf(entry.path) : []));
        if (!isFromOutside) for (const source of named) run.taint(source);
        const rows = entries.map((entry) =>
          entry.type === "folder" ? `${entry.path}/` : `${entry.path} (${entry.bytes} bytes)`,
        );
        return more > 0 ? `${rows.join("\n")}\n… and ${more} more` : rows.join("\n");
      },
    }),
    defineTool({
      ...common,
      name: "search_files",
      description: "Finds words in the names and texts of the workspace's files.",
      input: z.strictObject({ query: z.string().trim().min(1).max(500) }),
      effects: () => effect("read", "."),
      privates,
      run: async ({ query }, run) => {
        const found = await files.search(query, FOUND, run.signal);
        // A line of a key file is the key.
        const hits = found.filter(({ path }) => sensitivity(path) !== "secret");
        for (const source of hits.flatMap(({ path }) => taintOf(path))) run.taint(source);
        return hits.length === 0
          ? "No matches."
          : hits.map((hit) => `${hit.path}:${hit.line}: ${hit.text}`).join("\n");
      },
    }),
    defineTool({
      ...common,
      idempotent: "no",
      name: "delete_file",
      description: "Moves a file of the workspace to the trash.",
      input: z.strictObject({ path: pathSchema }),
      concurrency: 1,
      effects: ({ path }) => effect("delete", path),
      preview: ({ path }) => change(path, null),
      run: async ({ path }) => {
        const target = await files.resolve(path);
        if (target === ".") throw new KernelError("not-allowed", "The workspace itself cannot be deleted");
        const { trashedAs } = await files.trash(path);
        return `Moved ${target} to the trash as ${trashedAs}`;
      },
    }),
  ];
}
