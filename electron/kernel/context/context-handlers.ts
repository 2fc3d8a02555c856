import type { ContractHandlers } from "../../../shared/contract.ts";
import { KernelError } from "../../../shared/errors.ts";

const notYet = async (): Promise<never> => {
  throw new KernelError("unknown-method", "This is still being built");
};

/** Looking at contexts, going back in them, and branching off. */
export function createContextHandlers() {
  return {
    "context.view": notYet,
    "context.snapshots": notYet,
    "context.snapshot": notYet,
    "context.pin": notYet,
    "context.unpin": notYet,
    "context.effectsSince": notYet,
    "context.rewind": notYet,
    "context.fork": notYet,
    "context.compact": notYet,
    "context.compaction": notYet,
    "context.undoCompaction": notYet,
  } satisfies Partial<ContractHandlers>;
}
