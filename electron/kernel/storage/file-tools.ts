import { z } from "zod";
import { KernelError } from "../../../shared/errors.ts";
import { type FileVersion, versionIdSchema } from "../../../shared/files.ts";
import type { AgentId } from "../../../shared/ids.ts";
import type { Preview } from "../../../shared/permission.ts";
import { CLOSED_FOLDERS } from "../access/workspace-scope.ts";
import { FILE_BYTES, PREVIEW_CHARACTERS } from "../limits.ts";
import type { EffectsCaller, Tool } from "../ports.ts";
import { defineTool } from "../tools/define-tool.ts";
import { fileEffect, pathSchema } from "./file-paths.ts";
import { findingsText } from "./file-search.ts";
import { type FileToolbox, isBy, madeBy, versionArgument } from "./file-tool-parts.ts";
import { changeEffects } from "./tree-effects.ts";
import { contentOf } from "./version-content.ts";
import type { Expected } from "./versioned-files.ts";

const LISTED = 500;
const FOUND = 50;

/** The storage module's tools on single files: read, write, list, search, delete. */
export function fileTools(box: FileToolbox): readonly Tool[] {
  const { files, versioned, versions, marks, seen, taints } = box;
  const privates = [{ type: "workspace" }] as const;
  const current = async (path: string): Promise<string | null> => {
    try {
      return (await files.read(path, PREVIEW_CHARACTERS)).text;
    } catch {
      return null;
    }
  };
  const change = async (given: string, after: string | null, caller: EffectsCaller): Promise<Preview> => {
    // The person sees the whole tree.
    const path = await box
      .pathsOf(caller)
      .resolve(given)
      .catch(() => given);
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
      description: "Reads a text file of the workspace, or what it held at one of its versions.",
      input: z.strictObject({ path: pathSchema, version: versionArgument.optional() }),
      effects: async ({ path }, caller) => [await box.pathsOf(caller).effect("read", path)],
      taints,
      privates,
      run: async ({ path, version }, run) => {
        const paths = box.pathsOf(run);
        const target = await paths.use(path, "read");
        if (version !== undefined) {
          const content = await contentOf(versions, target, versionIdSchema.parse(version), FILE_BYTES);
          if (content.type === "binary") {
            throw new KernelError(
              "conflict",
              `${version} of "${paths.shown(target)}" is not a UTF-8 text file`,
            );
          }
          return content.cut === "cut" ? withCut(content.text, content.bytes) : content.text;
        }
        // Looked at first: a change that comes in between is one that has not been seen.
        const newest = await box.newest(target);
        const known = newest?.hash == null ? null : newest.id;
        if (known === null) seen.saw(run.agentId, target, null);
        const { text, bytes } = await files.read(target, FILE_BYTES);
        seen.saw(run.agentId, target, known);
        return bytes > FILE_BYTES ? withCut(text, bytes) : text;
      },
    }),
    defineTool({
      ...common,
      name: "write_file",
      description:
        "Writes a text file of the workspace, in place of what it held. Versions of before are kept.",
      input: z.strictObject({
        path: pathSchema,
        content: z.string().max(FILE_BYTES),
        expected: z
          .union([versionArgument, z.literal("absent")])
          .optional()
          .describe("The version that is replaced, or absent: with another one there, nothing is written."),
      }),
      effects: async ({ path }, caller) => [await box.pathsOf(caller).effect("write", path)],
      preview: ({ path, content }, caller) => change(path, content, caller),
      run: async ({ path, content, expected: wished }, run) => {
        const paths = box.pathsOf(run);
        const target = await paths.use(path, "write");
        const newest = await box.newest(target);
        const expected =
          wished === undefined
            ? expectedBy(run.agentId, target, seen.of(run.agentId, target), newest)
            : asExpected(wished);
        const version = await versioned.write(target, content, expected, box.authorOf(run));
        seen.saw(run.agentId, target, version.id);
        const how = version.change.type === "created" ? "created" : "replaced";
        const line = `Wrote ${version.bytes} bytes to ${paths.shown(target)} (${how})`;
        const isUnread = run.agentId !== null && expected.type === "anything" && newest !== null;
        if (!isUnread || newest.hash === null || isBy(newest, run.agentId)) return line;
        return `${line}\nYou had not read what it held: ${newest.id}, by ${madeBy(newest)}`;
      },
    }),
    defineTool({
      ...common,
      name: "list_files",
      description: "Lists a folder of the workspace; the workspace itself without a path.",
      input: z.strictObject({ path: z.string().max(1_000).default(".") }),
      effects: async ({ path }, caller) => [await box.pathsOf(caller).effect("read", path)],
      taints,
      privates,
      run: async ({ path }, run) => {
        const paths = box.pathsOf(run);
        const target = await paths.resolve(path);
        const listed = await files.list(target, LISTED);
        const { more } = listed;
        const entries = listed.entries.filter((entry) => paths.sees(entry.path));
        if (entries.length === 0) return "The folder is empty.";
        // A name may speak as well as a text. Those of a folder that is itself from outside are marked already.
        const isFromOutside = marks.taintOf(target).length > 0;
        const named = entries.flatMap((entry) => (entry.type === "file" ? marks.taintOf(entry.path) : []));
        if (!isFromOutside) for (const source of named) run.taint(source);
        const rows = entries.map((entry) =>
          entry.type === "folder"
            ? `${paths.shown(entry.path)}/`
            : `${paths.shown(entry.path)} (${entry.bytes} bytes)`,
        );
        return more > 0 ? `${rows.join("\n")}\n… and ${more} more` : rows.join("\n");
      },
    }),
    defineTool({
      ...common,
      name: "search_files",
      description: "Finds files of the workspace by words and meaning, in their names and texts.",
      input: z.strictObject({ query: z.string().trim().min(1).max(500) }),
      effects: async (_, caller) =>
        (await box.pathsOf(caller).places()).map((place) => fileEffect("read", place)),
      privates,
      run: async ({ query }, run) => {
        const { signal } = run;
        const paths = box.pathsOf(run);
        const under = await paths.places();
        const except = CLOSED_FOLDERS.filter((folder) => under.includes(".") && !paths.sees(folder));
        const found = await box.search({ text: query, under, except, limit: FOUND, signal });
        for (const source of found.hits.flatMap(({ path }) => marks.taintOf(path))) run.taint(source);
        const inside = found.hits.filter(({ path }) => path !== paths.base);
        const hits = inside.map((hit) => ({ ...hit, path: paths.shown(hit.path) }));
        return findingsText({ ...found, hits }, query);
      },
    }),
    defineTool({
      ...common,
      idempotent: "no",
      name: "delete_file",
      description: "Moves a file, or a folder with all that is in it, to the trash.",
      input: z.strictObject({ path: pathSchema }),
      effects: async ({ path }, caller) => {
        const paths = box.pathsOf(caller);
        return changeEffects(paths, { type: "delete", path: await paths.resolveEntry(path, "deleted") });
      },
      preview: ({ path }, caller) => change(path, null, caller),
      run: async ({ path }, run) => {
        const paths = box.pathsOf(run);
        const target = await paths.useEntry(path, "deleted");
        const shown = paths.shown(target);
        const removed = await versioned.remove(target, box.authorOf(run));
        box.saw(run, removed);
        const [first] = removed;
        if (removed.length === 1 && first?.path === target)
          return `Moved ${shown} to the trash as ${first.id}`;
        return `Moved ${shown} and the ${removed.length} files in it to the trash`;
      },
    }),
  ];
}

const withCut = (text: string, bytes: number): string => `${text}\n… (cut: the file has ${bytes} bytes)`;

const asExpected = (wished: string): Expected =>
  wished === "absent" ? { type: "absent" } : { type: "version", id: versionIdSchema.parse(wished) };

/**
 * What an agent knows of the file that it replaces. One who has not seen it takes what comes. Throws `conflict` where
 * somebody else has changed what it has seen.
 */
function expectedBy(
  agentId: AgentId | null,
  target: string,
  seen: FileVersion["id"] | undefined,
  newest: FileVersion | null,
): Expected {
  if (seen === undefined || newest === null) return { type: "anything" };
  if (newest.id === seen || isBy(newest, agentId)) {
    return newest.hash === null ? { type: "absent" } : { type: "version", id: newest.id };
  }
  const what = newest.hash === null ? "was taken away" : "was changed";
  throw new KernelError("conflict", `"${target}" ${what} by ${madeBy(newest)}, after you had read it`, {
    hint: "Read it again, then write it",
  });
}
