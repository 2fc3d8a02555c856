import { z } from "zod";
import type { KernelErrorData } from "./errors.ts";
import { coreIdSchema } from "./id-schemas.ts";

/** A model file that runs in the program itself. */
export const localModelSchema = z.object({
  type: z.literal("local"),
  id: coreIdSchema,
  title: z.string().min(1).max(200),
  /** Absolute path of a GGUF file. */
  file: z.string().min(1).max(4_000),
  /** Name by which agents ask for it. */
  model: z.string().min(1).max(200),
  slots: z.int().min(1).max(64),
  /** Window of each slot in tokens. */
  contextTokens: z.int().min(256).max(1_000_000),
  /** Most memory for key-value state of all slots and of agents that wait, in bytes; and on disk. */
  kvRamBytes: z.int().min(0),
  kvDiskBytes: z.int().min(0),
  /** null: measured at load. */
  threads: z.int().min(1).max(256).nullable(),
});
export type LocalModelConfig = z.infer<typeof localModelSchema>;

/** What a GGUF file says of itself. */
export interface ModelFileFacts {
  readonly file: string;
  readonly bytes: number;
  readonly name: string;
  readonly architecture: string;
  /** Window it was trained for, in tokens. */
  readonly trainedTokens: number;
  readonly layers: number;
  readonly chatTemplate: "present" | "missing";
  /** Key-value state of one token, in bytes. */
  readonly kvBytesPerToken: number;
}

export type LoadStatus =
  | { readonly status: "unloaded" }
  | { readonly status: "loading"; readonly percent: number }
  | { readonly status: "loaded"; readonly loadMs: number }
  | { readonly status: "failed"; readonly error: KernelErrorData };

/** Speeds measured on this machine; null until there was something to measure. */
export interface MeasuredSpeeds {
  readonly prefillTokensPerSecond: number | null;
  readonly outputTokensPerSecond: number | null;
  readonly saveBytesPerSecond: number | null;
  readonly restoreBytesPerSecond: number | null;
}

/** A local model as the Models screen shows it. */
export interface LocalModelView {
  readonly file: string;
  readonly bytes: number;
  readonly load: LoadStatus;
  readonly threads: number | null;
  /** Sequences of the context: slots, and states of waiting agents beside them. */
  readonly sequences: number;
  readonly kv: {
    readonly ramBytes: number;
    readonly ramBudget: number;
    readonly diskBytes: number;
    readonly diskBudget: number;
    /** Agents whose state is in memory, and on disk. */
    readonly inRam: number;
    readonly onDisk: number;
  };
  readonly speeds: MeasuredSpeeds;
}

/** The engine that runs model files: an add-on, so that the program itself stays small. */
export interface AddOnView {
  readonly status: "missing" | "installed" | "bundled" | "unsupported";
  readonly version: string | null;
  /** One line: how to add it, or why it cannot be. */
  readonly text: string;
}
