import type { ContractHandlers } from "../../../shared/contract.ts";
import type { ResultFiles } from "../ports.ts";

/** The contract's methods about kept results: the person reads those of every agent. */
export function createResultHandlers({
  results,
}: {
  readonly results: ResultFiles;
}): Pick<ContractHandlers, "results.read" | "results.image"> {
  return {
    "results.read": ({ resultId, offset, limit }) => results.read(resultId, null, offset, limit),
    "results.image": async ({ resultId }) => {
      const { mimeType, bytes, base64 } = await results.readBytes(resultId);
      return { attachment: { id: resultId, type: "image", mimeType, bytes }, base64 };
    },
  };
}
