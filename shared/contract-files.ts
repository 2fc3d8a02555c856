import { z } from "zod";
import {
  type FileContent,
  type FilePlan,
  type FileRow,
  type FileSearchResult,
  type FileVersion,
  type MountView,
  mountNameSchema,
  PLAN_STEPS,
  planStepSchema,
  type ShareView,
  type StorageStatus,
  shareIdSchema,
  versionIdSchema,
  type WorkspaceView,
} from "./files.ts";
import { done, output } from "./schema-parts.ts";

/** Entries that one `files.list` returns at most, versions of one `files.versions`, and rows of the trash. */
export const FILES_PAGE = 500;

const nothing = z.strictObject({});
const pathSchema = z.string().min(1, "expected a path").max(1_000);
const ofPath = z.strictObject({ path: pathSchema });

/**
 * The workspaces as the person sees them: paths are those of the whole tree, and every one goes through the same
 * checks as an agent's. Each change is a storage syscall of the person's, by the one path; its failure is thrown.
 */
export const FILES_CONTRACT = {
  "files.workspaces": { input: nothing, output: output<{ readonly workspaces: readonly WorkspaceView[] }>() },
  "files.list": {
    input: z.strictObject({
      path: z.string().max(1_000).default("."),
      /** Rows to leave out from the start: a big folder comes page by page. */
      offset: z.int().min(0).default(0),
    }),
    /** Folders first, then by name. `more` counts the rows after these. */
    output: output<{ readonly rows: readonly FileRow[]; readonly more: number }>(),
  },
  "files.read": { input: ofPath, output: output<FileContent>() },
  /** Newest first; also of a file that is not there any more. */
  "files.versions": {
    input: ofPath,
    output: output<{ readonly versions: readonly FileVersion[]; readonly more: number }>(),
  },
  "files.version": { input: z.strictObject({ versionId: versionIdSchema }), output: output<FileContent>() },
  "files.write": {
    input: z.strictObject({
      path: pathSchema,
      content: z.string().max(1_000_000),
      /** The version that the writer has seen, `absent` for a new file. Throws `conflict` where it is another. */
      expected: z.union([versionIdSchema, z.literal("absent")]).optional(),
    }),
    output: done,
  },
  "files.makeFolder": { input: ofPath, output: done },
  "files.move": { input: z.strictObject({ from: pathSchema, to: pathSchema }), output: done },
  "files.copy": { input: z.strictObject({ from: pathSchema, to: pathSchema }), output: done },
  /** Into the trash. */
  "files.delete": { input: ofPath, output: done },
  /** The version becomes the file's content again: a new version. */
  "files.rollBack": {
    input: z.strictObject({ path: pathSchema, versionId: versionIdSchema }),
    output: done,
  },
  "files.pinVersion": {
    input: z.strictObject({ versionId: versionIdSchema, pinned: z.enum(["yes", "no"]) }),
    output: done,
  },
  /** What was deleted and can be brought back, newest first: each with the version that it last held. */
  "files.trash": {
    input: nothing,
    output: output<{
      readonly rows: readonly {
        readonly path: string;
        readonly deleted: FileVersion;
        readonly last: FileVersion;
      }[];
      readonly more: number;
    }>(),
  },
  /** Puts a deleted file back at its path, with the version's content. Throws `conflict` where one is again. */
  "files.restore": { input: z.strictObject({ versionId: versionIdSchema }), output: done },
  "files.search": {
    input: z.strictObject({
      query: z.string().trim().min(1).max(1_000),
      path: z.string().max(1_000).default("."),
      limit: z.int().min(1).max(100).default(50),
    }),
    output: output<FileSearchResult>(),
  },
  /** Reads everything again in the background. */
  "files.reindex": { input: nothing, output: done },
  /** Turns a request into steps and checks them. Changes nothing. */
  "files.plan": {
    input: z.strictObject({
      request: z.string().trim().min(1, "expected a request").max(2_000),
      path: z.string().max(1_000).default("."),
    }),
    output: output<FilePlan>(),
  },
  /** All steps or none. */
  "files.applyPlan": {
    input: z.strictObject({ steps: z.array(planStepSchema).min(1).max(PLAN_STEPS) }),
    output: output<{ readonly text: string }>(),
  },
  /** A read-only link on this machine: to a file as it is then, or to a folder as a zip. The address is told once here. */
  "files.share": {
    input: z.strictObject({
      path: pathSchema,
      type: z.enum(["file", "zip"]),
      minutes: z.int().min(1).max(43_200),
    }),
    output: output<{ readonly share: ShareView; readonly url: string }>(),
  },
  /** The address again. Throws `not-found` once it has expired or was revoked. */
  "files.shareAddress": {
    input: z.strictObject({ shareId: shareIdSchema }),
    output: output<{ readonly url: string }>(),
  },
  "files.revokeShare": { input: z.strictObject({ shareId: shareIdSchema }), output: done },
  /** A folder of this machine becomes `mounts/<name>`. `folder` is absolute. */
  "files.mount": {
    input: z.strictObject({
      name: mountNameSchema,
      folder: z.string().min(1).max(4_000),
      access: z.enum(["read-write", "read-only"]).default("read-only"),
    }),
    output: output<MountView>(),
  },
  /**
   * Whether storage takes changes, as it is now: events say so too, but not while the log itself cannot be written.
   */
  "storage.status": { input: nothing, output: output<StorageStatus>() },
  /** The folder itself is not touched. */
  "files.unmount": { input: z.strictObject({ name: mountNameSchema }), output: done },
} as const satisfies Record<string, { readonly input: z.ZodType; readonly output: z.ZodType }>;
