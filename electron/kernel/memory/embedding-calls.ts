import type { KernelErrorData } from "../../../shared/errors.ts";
import type { SyscallOutcome } from "../syscall.ts";
import type { SyscallPath } from "../syscall-path.ts";

export type Embedded =
  | { readonly type: "vectors"; readonly vectors: readonly Float32Array[] }
  | { readonly type: "failed"; readonly error: KernelErrorData };

/** Makes vectors of texts by one call of the kernel's own in the model queue. Never rejects. */
export async function embedByCall(
  path: Pick<SyscallPath, "submit">,
  model: string,
  texts: readonly string[],
  priority: number,
): Promise<Embedded> {
  let vectors: readonly Float32Array[] = [];
  const outcome = await path.submit({
    agentId: null,
    caller: { type: "kernel" },
    call: {
      kind: "llm",
      model,
      tools: [],
      maxOutputTokens: null,
      messages: texts.map((content) => ({ role: "user", content })),
      purpose: "embedding",
    },
    parent: null,
    priority,
    deadline: null,
    tokenBudget: null,
    prompt: [],
    memoryOwner: "kernel",
    vectors: (made) => {
      vectors = made;
    },
  });
  return outcome.state === "done"
    ? { type: "vectors", vectors }
    : { type: "failed", error: errorOf(outcome) };
}

function errorOf(outcome: Exclude<SyscallOutcome, { state: "done" }>): KernelErrorData {
  switch (outcome.state) {
    case "failed":
      return outcome.error;
    case "cancelled":
      return { code: "cancelled", message: outcome.reason };
    case "denied":
      return { code: "denied", message: outcome.reason };
  }
}
