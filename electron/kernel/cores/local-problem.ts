import { KernelError, type KernelErrorData, toErrorData } from "../../../shared/errors.ts";
import type { LocalModelConfig } from "../../../shared/local-models.ts";
import type { AddOn, ModelFiles } from "../ports.ts";

/** What keeps a model file from running now: no engine, no file, or one that cannot be used. Never rejects. */
export async function localProblem(
  { file }: LocalModelConfig,
  { models, addOn }: { readonly models: ModelFiles; readonly addOn: AddOn },
): Promise<KernelErrorData | null> {
  try {
    await models.inspect(file);
    const { status, text } = await addOn.look();
    if (status === "installed" || status === "bundled") return null;
    return new KernelError("addon-missing", "The engine for model files is not there", { hint: text }).data;
  } catch (thrown) {
    const error = toErrorData(thrown);
    if (error.code !== "not-found") return error;
    return { ...error, hint: "Put the file back, or remove this model and add the file where it is now" };
  }
}
