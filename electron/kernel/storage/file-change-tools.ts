import { z } from "zod";
import { KernelError } from "../../../shared/errors.ts";
import { type FileVersion, type VersionId, versionIdSchema } from "../../../shared/files.ts";
import type { Preview } from "../../../shared/permission.ts";
import { PREVIEW_CHARACTERS, VERSIONS_LISTED } from "../limits.ts";
import type { EffectsCaller, Tool } from "../ports.ts";
import { defineTool } from "../tools/define-tool.ts";
import { type FilePaths, fileEffect, pathSchema } from "./file-paths.ts";
import { type FileToolbox, madeBy, versionArgument } from "./file-tool-parts.ts";
import { planPreview } from "./plan-preview.ts";
import { changeEffects } from "./tree-effects.ts";
import { contentOf, versionOf } from "./version-content.ts";

const fromTo = z.strictObject({ from: pathSchema, to: pathSchema });
const ofPath = z.strictObject({ path: pathSchema });
const ofVersion = z.strictObject({ path: pathSchema, version: versionArgument });

/** The storage module's tools on names, folders and versions. */
export function fileChangeTools(box: FileToolbox): readonly Tool[] {
  const { files, versioned, versions, marks, taints } = box;
  const common = { kind: "storage", idempotent: "yes" } as const;
  /** What a file will hold again, beside what it holds. Never rejects. */
  const backTo = async (path: string, version: string, caller: EffectsCaller): Promise<Preview> => {
    try {
      const target = await box.pathsOf(caller).resolve(path);
      const id = versionIdSchema.parse(version);
      const after = await contentOf(versions, target, id, PREVIEW_CHARACTERS);
      const before = await files.read(target, PREVIEW_CHARACTERS).catch(() => null);
      if (after.type === "binary") return { type: "none" };
      const isCut = after.cut === "cut" || (before?.bytes ?? 0) > PREVIEW_CHARACTERS;
      return {
        type: "file-change",
        path: target,
        before: before?.text ?? null,
        after: after.text,
        cut: isCut ? "cut" : "whole",
      };
    } catch {
      return { type: "none" };
    }
  };
  const moveOrCopy = (type: "move" | "copy"): Tool => {
    const done = type === "move" ? "moved" : "copied";
    return defineTool({
      ...common,
      idempotent: "no",
      name: type === "move" ? "move_file" : "copy_file",
      description:
        type === "move"
          ? "Moves or renames a file, or a folder with all that is in it. `to` is the new path, name included."
          : "Copies a file, or a folder with all that is in it. `to` is the path of the copy, name included.",
      input: fromTo,
      effects: async (args, caller) => {
        const paths = box.pathsOf(caller);
        const from = await paths.resolveEntry(args.from, done);
        return changeEffects(paths, { type, from, to: await paths.resolveEntry(args.to, "made") });
      },
      preview: ({ from, to }, caller) => planPreview([{ type, from, to }], box.pathsOf(caller)),
      run: async (args, run) => {
        const paths = box.pathsOf(run);
        const from = await paths.useEntry(args.from, done);
        const to = await paths.useEntry(args.to, "made");
        marks.carry(from, to);
        const made = await versioned[type](from, to, box.authorOf(run));
        box.saw(run, made);
        const isFile = made.length === 1 && made[0]?.path === to;
        const shown = paths.shown(from);
        const what = isFile ? shown : `${shown} with the ${made.length} files in it`;
        return `${type === "move" ? "Moved" : "Copied"} ${what} to ${paths.shown(to)}`;
      },
    });
  };
  return [
    moveOrCopy("move"),
    moveOrCopy("copy"),
    defineTool({
      ...common,
      name: "make_folder",
      description: "Makes a folder of the workspace.",
      input: ofPath,
      effects: async ({ path }, caller) => {
        const paths = box.pathsOf(caller);
        const target = await paths.resolveEntry(path, "made");
        const effect = fileEffect("write", target);
        // Nothing is written to one that is there.
        const there = await paths.typeAt(target).catch(() => "nothing" as const);
        return [effect.type === "write" && there === "folder" ? fileEffect("read", target) : effect];
      },
      run: async ({ path }, run) => {
        const paths = box.pathsOf(run);
        const target = await paths.useEntry(path, "made");
        if ((await paths.typeAt(target)) === "folder")
          return `The folder ${paths.shown(target)} is there already`;
        await versioned.makeFolder(target, box.authorOf(run));
        return `Made the folder ${paths.shown(target)}`;
      },
    }),
    defineTool({
      ...common,
      name: "file_versions",
      description: "Lists what a file held before, newest first: who changed it, how and when.",
      input: ofPath,
      effects: async ({ path }, caller) => [await box.pathsOf(caller).effect("read", path)],
      taints,
      privates: [{ type: "workspace" }],
      run: async ({ path }, run) => {
        const paths = box.pathsOf(run);
        const target = await paths.use(path, "read");
        await box.newest(target);
        const { versions: found, more } = await versions.versions(target, VERSIONS_LISTED);
        if (found.length === 0) return `${paths.shown(target)} has no versions.`;
        const rows = found.map((each) => versionLine(each, paths));
        return more > 0 ? `${rows.join("\n")}\n… and ${more} older ones` : rows.join("\n");
      },
    }),
    defineTool({
      ...common,
      name: "roll_back_file",
      description: "Gives a file what it held at one of its versions. What it holds now stays as a version.",
      input: ofVersion,
      effects: async ({ path }, caller) => [await box.pathsOf(caller).effect("write", path)],
      preview: ({ path, version }, caller) => backTo(path, version, caller),
      run: async ({ path, version }, run) => {
        const paths = box.pathsOf(run);
        const target = await paths.use(path, "write");
        const { id } = await versionOf(versions, target, versionIdSchema.parse(version));
        const made = await versioned.rollBack(target, id, box.authorOf(run));
        box.saw(run, [made]);
        return `Rolled ${paths.shown(target)} back to ${id}: it is version ${made.id}`;
      },
    }),
    defineTool({
      ...common,
      idempotent: "no",
      name: "restore_file",
      description: "Brings a deleted file back to its path, as it was last or at one of its versions.",
      input: z.strictObject({ path: pathSchema, version: versionArgument.optional() }),
      effects: async ({ path }, caller) => [await box.pathsOf(caller).effect("write", path)],
      run: async ({ path, version }, run) => {
        const paths = box.pathsOf(run);
        const target = await paths.use(path, "write");
        const wanted = version === undefined ? null : versionIdSchema.parse(version);
        const made = await versioned.restore(await restorable(target, wanted), box.authorOf(run));
        box.saw(run, [made]);
        return `Restored ${paths.shown(target)} (${made.bytes} bytes)`;
      },
    }),
    defineTool({
      ...common,
      name: "pin_version",
      description: "Keeps a version of a file when old versions are let go, or no longer keeps it.",
      input: ofVersion.extend({ pinned: z.enum(["yes", "no"]).default("yes") }),
      effects: async ({ path }, caller) => [await box.pathsOf(caller).effect("write", path)],
      run: async ({ path, version, pinned }, run) => {
        const paths = box.pathsOf(run);
        const target = await paths.use(path, "write");
        const { id } = await versionOf(versions, target, versionIdSchema.parse(version));
        await versions.pin(id, pinned);
        return `${id} of ${paths.shown(target)} is ${pinned === "yes" ? "pinned" : "not pinned any more"}`;
      },
    }),
  ];

  /** The version that is brought back: the one wanted, or the last that held something. */
  async function restorable(target: string, wanted: VersionId | null): Promise<VersionId> {
    const { versions: found } = await versions.versions(target, VERSIONS_LISTED);
    const at = wanted === null ? 0 : found.findIndex(({ id }) => id === wanted);
    // Of a deletion, what was there before it.
    const last = at < 0 ? undefined : found.slice(at).find(({ hash }) => hash !== null);
    if (last) return last.id;
    if (wanted !== null) return (await versionOf(versions, target, wanted)).id;
    throw new KernelError("not-found", `There is nothing of "${target}" to bring back`, {
      hint: "Look at the trash in Files",
    });
  }
}

function versionLine(version: FileVersion, paths: FilePaths): string {
  const bytes = version.hash === null ? "not there" : `${version.bytes} bytes`;
  const pinned = version.pinned === "yes" ? ", pinned" : "";
  return `${version.id}: ${changeText(version, (path) => paths.shown(path))} by ${madeBy(version)} (${bytes}${pinned})`;
}

/** How a version came to be, in words. */
export function changeText(
  { change }: FileVersion,
  shown: (path: string) => string = (path) => path,
): string {
  switch (change.type) {
    case "created":
      return "created";
    case "written":
      return "written";
    case "moved":
      return `moved here from ${shown(change.from)}`;
    case "moved-away":
      return `moved to ${shown(change.to)}`;
    case "deleted":
      return "deleted";
    case "rolled-back":
      return `rolled back to ${change.to}`;
    case "restored":
      return `restored from ${change.from}`;
  }
}
