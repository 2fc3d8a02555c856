import type { KernelErrorData } from "../../../shared/errors.ts";
import type { MemoryStore, MemoryWrite } from "../../kernel/memory-ports.ts";
import type { KeptLimits } from "./item-writer.ts";
import type { DiskMethod } from "./memory-tables.ts";

export interface MemoryWorkerData {
  readonly file: string;
  readonly limits: KeptLimits;
}

export type MemoryRequest =
  /** Changes of one call, in parts when there are many; it is made with the last of them. */
  | {
      readonly type: "write";
      readonly id: number;
      readonly changes: readonly MemoryWrite[];
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

export interface Settled {
  readonly id: number;
  readonly outcome:
    | { readonly type: "done"; readonly answer: unknown }
    | { readonly type: "refused"; readonly error: KernelErrorData };
}

export type MemoryReply =
  | { readonly type: "opened" }
  | { readonly type: "not-opened"; readonly error: KernelErrorData }
  | { readonly type: "settled"; readonly calls: readonly Settled[] };
