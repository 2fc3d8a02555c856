import type { ContractHandlers } from "../../../shared/contract.ts";
import { KernelError } from "../../../shared/errors.ts";

const notYet = async (): Promise<never> => {
  throw new KernelError("unknown-method", "This is still being built");
};

/** Models that run in the program itself, and the long work that brings them. */
export function createModelHandlers() {
  return {
    "addon.install": notYet,
    "models.inspect": notYet,
    "models.download": notYet,
    "models.files": notYet,
    "models.addLocal": notYet,
    "cores.load": notYet,
    "cores.unload": notYet,
    "cores.setKvBudget": notYet,
    "jobs.cancel": notYet,
    "jobs.dismiss": notYet,
  } satisfies Partial<ContractHandlers>;
}
