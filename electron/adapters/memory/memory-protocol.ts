import type { KernelErrorData } from "../../../shared/errors.ts";
import type { MemoryStore } from "../../kernel/memory-ports.ts";
import type { KeptLimits } from "./item-writer.ts";
import type { DiskMethod } from "./memory-tables.ts";
import type { PackedParts } from "./packed-writes.ts";

export interface MemoryWorkerData {
  readonly file: string;
  readonly limits: KeptLimits;
}

export type MemoryRequest =
  | {
      readonly type: "write";
      readonly parts: PackedParts;
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
