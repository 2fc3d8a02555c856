import { z } from "zod";
import { type VersionLimits, versionLimitsSchema } from "./files.ts";
import { modeSchema } from "./permission.ts";

/** The scheduling policies of the model queue. */
export const policySchema = z.enum(["fifo", "round-robin", "priority"]);
export type PolicyName = z.infer<typeof policySchema>;

/** 0 is the lowest priority, 9 the highest; agents start at 5. */
export const prioritySchema = z.int().min(0).max(9);
export const DEFAULT_PRIORITY = 5;

export const settingsSchema = z.object({
  policy: policySchema,
  /** Slice of round-robin and of priority on cores that can be preempted, in output tokens. */
  sliceTokens: z.int().min(1).max(4_096),
  mode: modeSchema,
  /** The model used by agents that name none. null: the best one found. */
  defaultModel: z.string().min(1).max(200).nullable(),
  /** Speed at which the offline core streams, in tokens a second. */
  offlineTokensPerSecond: z.int().min(1).max(100_000),
  /** Private `host:port` addresses that agents may fetch pages from; none by default. */
  allowedPrivateHosts: z.array(z.string().regex(/^[^\s/@]+:\d{1,5}$/, "expected host:port")).max(50),
  /** Folders of the workspace whose files came from outside: what they say marks the context that reads them. */
  outsideFolders: z.array(z.string().min(1).max(500)).max(50),
  /** Hosts that the shell and code tools may reach out of their sandbox; none by default. */
  shellHosts: z
    .array(z.string().regex(/^(\*\.)?[a-z0-9.-]+$/i, "expected a host such as example.com"))
    .max(50),
  /** RAM of one owner's memory in bytes, where none of its own is set; and those that are. */
  memoryRamBytes: z.int().min(0).max(1_000_000_000),
  memoryBudgets: z.record(z.string().max(80), z.int().min(0).max(1_000_000_000)),
  /** The model that makes embeddings; null for the first that can, `off` for none. */
  embeddingModel: z.string().min(1).max(200).nullable(),
  /** Whether a model writes keywords, tags and links to what is added to memory. */
  memoryNotes: z.enum(["off", "on"]),
  versionLimits: versionLimitsSchema,
});
export type Settings = z.infer<typeof settingsSchema>;

export const DEFAULT_SETTINGS: Settings = {
  policy: "round-robin",
  sliceTokens: 24,
  mode: "ask-on-risk",
  defaultModel: null,
  offlineTokensPerSecond: 60,
  allowedPrivateHosts: [],
  outsideFolders: ["downloads"],
  shellHosts: [],
  memoryRamBytes: 4_000_000,
  memoryBudgets: {},
  embeddingModel: null,
  memoryNotes: "off",
  versionLimits: { perFile: 200, bytes: 2_000_000_000, days: 365 } satisfies VersionLimits,
};
