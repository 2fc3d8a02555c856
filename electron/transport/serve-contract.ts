import { CONTRACT, type ContractHandlers, isMethodName, type MethodName } from "../../shared/contract.ts";
import { badInput, type KernelErrorData, toErrorData } from "../../shared/errors.ts";

export type Reply =
  | { readonly ok: true; readonly output: unknown }
  | { readonly ok: false; readonly error: KernelErrorData };

/**
 * Validates, calls, replies: the one way from a transport to a handler. Never throws. Bad input is answered with
 * `bad-input` naming the field, an unknown method with `unknown-method`.
 */
export async function serveContract(
  handlers: ContractHandlers,
  method: string,
  input: unknown,
): Promise<Reply> {
  if (!isMethodName(method)) {
    return { ok: false, error: { code: "unknown-method", message: `There is no method ${method}` } };
  }
  try {
    return { ok: true, output: await call(handlers, method, input ?? {}) };
  } catch (thrown) {
    return { ok: false, error: toErrorData(thrown) };
  }
}

async function call<M extends MethodName>(
  handlers: ContractHandlers,
  method: M,
  input: unknown,
): Promise<unknown> {
  const parsed = CONTRACT[method].input.safeParse(input);
  if (!parsed.success) throw badInput(method, parsed.error);
  // The table pairs each method with its own schema, which the compiler cannot follow through the index.
  const handler = handlers[method] as (value: unknown) => Promise<unknown>;
  return handler(parsed.data);
}
