import { useState } from "react";
import type { MethodInput, MethodName, MethodOutput } from "../../../shared/contract.ts";
import { type KernelErrorData, toErrorData } from "../../../shared/errors.ts";
import { useTransport } from "../../store.tsx";

export interface Submit<M extends MethodName> {
  readonly work: "idle" | "busy";
  /** Why the last attempt failed. */
  readonly refused: KernelErrorData | null;
  /** Resolves to null when it failed. Never rejects; a second call while one is busy does nothing. */
  readonly send: (input: MethodInput<M>) => Promise<MethodOutput<M> | null>;
  readonly clear: () => void;
}

/** A form's one request, whose failure is shown in the form. */
export function useSubmit<M extends MethodName>(method: M): Submit<M> {
  const transport = useTransport();
  const [state, setState] = useState<Pick<Submit<M>, "work" | "refused">>({ work: "idle", refused: null });
  return {
    ...state,
    async send(input) {
      if (state.work === "busy") return null;
      setState({ work: "busy", refused: null });
      try {
        const output = await transport.request(method, input);
        setState({ work: "idle", refused: null });
        return output;
      } catch (thrown) {
        setState({ work: "idle", refused: toErrorData(thrown) });
        return null;
      }
    },
    clear: () => setState({ work: "idle", refused: null }),
  };
}
