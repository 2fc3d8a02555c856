import { z } from "zod";
import { nameSchema } from "./access.ts";
import type { AgentId, SyscallId } from "./ids.ts";
import type { SearchedBy } from "./memory.ts";

declare const brand: unique symbol;
/** `v12`: one version of one file. */
export type VersionId = `v${number}` & { readonly [brand]: "VersionId" };
/** `h3`: one share of a file or folder. */
export type ShareId = `h${number}` & { readonly [brand]: "ShareId" };
/** Names a folder of this machine that is mounted. Chosen by the person. */
export type MountName = string & { readonly [brand]: "MountName" };

export const versionIdSchema = z
  .string()
  .regex(/^v[1-9]\d{0,14}$/, "expected an id such as v12")
  .transform((id) => id as VersionId);
export const shareIdSchema = z
  .string()
  .regex(/^h[1-9]\d{0,14}$/, "expected an id such as h3")
  .transform((id) => id as ShareId);
export const mountNameSchema = nameSchema.transform((name) => name as MountName);
export const versionId = (n: number): VersionId => `v${n}` as VersionId;
export const shareId = (n: number): ShareId => `h${n}` as ShareId;

/** Which workspace an agent works in. Its paths are relative to that one, and lead to no other. */
export const workspaceSchema = z.union([
  z.enum(["common", "own"]),
  z.string().regex(/^group:[a-z][a-z0-9-]{0,63}$/, "expected common, own or group:<name>"),
]);
export type Workspace = z.infer<typeof workspaceSchema>;

/**
 * Where the paths of a caller lead. `tree`: anywhere, by whole paths, for the person. `common`: anywhere but into the
 * workspaces of single agents and groups. `folder`: they are relative to this one and lead to no other.
 */
export type WorkspaceScope =
  | { readonly type: "tree" }
  | { readonly type: "common" }
  | { readonly type: "folder"; readonly path: string };

export interface WorkspaceView {
  /** `common`, `agent:clerk`, `group:office` or `mount:thesis`. */
  readonly name: string;
  /** In the tree; `.` for the common one. */
  readonly path: string;
  /** Absolute, for other programs. */
  readonly folder: string;
  readonly access: "read-write" | "read-only";
}

export type FileAuthor =
  | { readonly type: "agent"; readonly agentId: AgentId; readonly name: string }
  | { readonly type: "person" }
  /** Another program, noticed afterwards. */
  | { readonly type: "outside" };

export type FileChange =
  | { readonly type: "created" }
  | { readonly type: "written" }
  | { readonly type: "moved"; readonly from: string }
  | { readonly type: "moved-away"; readonly to: string }
  | { readonly type: "deleted" }
  | { readonly type: "rolled-back"; readonly to: VersionId }
  | { readonly type: "restored"; readonly from: VersionId };

/** One version of a file: what it held from then on. Replaced never; let go when limits are reached. */
export interface FileVersion {
  readonly id: VersionId;
  /** Canonical, in the tree. */
  readonly path: string;
  readonly change: FileChange;
  /** SHA-256 in hex; null where the file is not there any more. */
  readonly hash: string | null;
  readonly bytes: number;
  readonly author: FileAuthor;
  readonly syscallId: SyscallId | null;
  readonly at: number;
  readonly pinned: "yes" | "no";
}

/** A file or folder as the Files screen lists it. */
export interface FileRow {
  readonly path: string;
  readonly name: string;
  readonly type: "file" | "folder";
  readonly bytes: number;
  readonly modifiedAt: number;
  /** The newest version; null for a folder, and for a file that has none yet. */
  readonly version: FileVersion | null;
  readonly versions: number;
  /** Where it came from, if from outside: what it says marks whoever reads it. */
  readonly origin: string | null;
  /** `key`: its content is shown to nobody but the person. */
  readonly sensitivity: "plain" | "key";
}

/** Content of a file or version as a screen can show it. */
export type FileContent =
  | { readonly type: "text"; readonly text: string; readonly bytes: number; readonly cut: "whole" | "cut" }
  | { readonly type: "binary"; readonly bytes: number };

/** Limits on versions; the oldest unpinned go first. The newest of each file that is there stays. */
export const versionLimitsSchema = z.strictObject({
  perFile: z.int().min(1).max(10_000),
  bytes: z.int().min(0).max(1_000_000_000_000),
  days: z.int().min(1).max(36_500),
});
export type VersionLimits = z.infer<typeof versionLimitsSchema>;

export interface FileHit {
  readonly path: string;
  /** From 1; null where the text has no lines of its own, as in a PDF. */
  readonly line: number | null;
  readonly text: string;
  readonly match: {
    readonly score: number;
    readonly words: { readonly rank: number; readonly bm25: number } | null;
    readonly meaning: { readonly rank: number; readonly distance: number } | null;
  };
}

export interface FileSearchResult {
  readonly hits: readonly FileHit[];
  readonly searchedBy: SearchedBy;
}

/** How far the index is. */
export interface FileIndexStatus {
  readonly phase: "idle" | "indexing";
  readonly done: number;
  readonly total: number;
  readonly files: number;
  /** Too big, binary, or unreadable. */
  readonly skipped: number;
}

/** One step of a plan. Paths are canonical once it has been checked. */
export const planStepSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("make-folder"), path: z.string().min(1).max(1_000) }),
  z.strictObject({
    type: z.literal("write"),
    path: z.string().min(1).max(1_000),
    content: z.string().max(1_000_000),
  }),
  z.strictObject({
    type: z.literal("move"),
    from: z.string().min(1).max(1_000),
    to: z.string().min(1).max(1_000),
  }),
  z.strictObject({
    type: z.literal("copy"),
    from: z.string().min(1).max(1_000),
    to: z.string().min(1).max(1_000),
  }),
  z.strictObject({ type: z.literal("delete"), path: z.string().min(1).max(1_000) }),
  z.strictObject({ type: z.literal("roll-back"), path: z.string().min(1).max(1_000), to: versionIdSchema }),
]);
export type PlanStep = z.infer<typeof planStepSchema>;
/** Steps of one plan. */
export const PLAN_STEPS = 500;

/** A request in plain words as calls of the storage module. Nothing has been done yet. */
export interface FilePlan {
  readonly request: string;
  readonly steps: readonly PlanStep[];
  /** Who made it: the offline core's own grammar, or a model by tool calls. */
  readonly madeBy: { readonly type: "grammar" } | { readonly type: "model"; readonly model: string };
  /** One sentence about what it does. */
  readonly summary: string;
}

export interface ShareView {
  readonly id: ShareId;
  readonly path: string;
  readonly type: "file" | "zip";
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly downloads: number;
}

export interface MountView {
  readonly name: MountName;
  readonly folder: string;
  readonly access: "read-write" | "read-only";
}

/** Whether storage takes changes. */
export type StorageStatus =
  | { readonly mode: "ready" }
  /** The disk is full or refuses: reading goes on, changes are refused, and it is tried again. */
  | { readonly mode: "read-only"; readonly reason: string; readonly since: number };

/** Bytes on disk. */
export interface DiskUse {
  /** Of the whole data folder, its parts included. */
  readonly dataBytes: number;
  readonly workspaceBytes: number;
  readonly versionBytes: number;
  readonly memoryBytes: number;
  readonly logBytes: number;
  /** Free for this user on the disk of the data folder. */
  readonly freeBytes: number;
}
