import type { KernelErrorData } from "../../../shared/errors.ts";
import type { MemoryStore, MemoryWrite } from "../../kernel/memory-ports.ts";
import type { KeptLimits } from "./item-writer.ts";
import type { DiskMethod } from "./memory-tables.ts";

export interface MemoryWorkerData {
  readonly file: string;
  readonly limits: KeptLimits;
}

/** Changes of one call. One with many comes in parts, and is made with the last of them. */
export interface CallPart {
  readonly id: number;
  readonly changes: readonly MemoryWrite[];
  readonly more: "yes" | "no";
}

export type MemoryRequest =
  /** Calls, as JSON of `CallPart`s: structured clone takes three times as long. */
  | {
      readonly type: "write";
      readonly parts: string;
      /** Whether others follow at once, so that it is worth waiting with the commit. */
      readonly more: "yes" | "no";
    }
  | {
      readonly [Method in DiskMethod]: {
        readonly type: "ask";
        readonly id: number;
        readonly method: Method;
        readonly args: Parameters<MemoryStore[Method]>;
      };
    }[DiskMethod]
  | { readonly type: "close" };

export type Answer =
  | { readonly type: "done"; readonly answer: unknown }
  | { readonly type: "refused"; readonly error: KernelErrorData };

export interface RefusedCall {
  readonly id: number;
  readonly error: KernelErrorData;
}

export type MemoryReply =
  | { readonly type: "opened" }
  | { readonly type: "not-opened"; readonly error: KernelErrorData }
  | { readonly type: "answered"; readonly id: number; readonly outcome: Answer }
  /** Calls of one commit. Those that are kept are told by number alone: an object for each takes longer than its put. */
  | { readonly type: "written"; readonly kept: readonly number[]; readonly refused: readonly RefusedCall[] };
