import { KernelError } from "../../../shared/errors.ts";
import type { EffectsCaller, Tool } from "../ports.ts";

/** The tool with errors that name paths as their caller writes them, relative to its own workspace. */
export const inOwnWords = (tool: Tool): Tool => ({
  ...tool,
  effects: (args, caller) => tool.effects(args, caller).catch(reword(caller)),
  run: (args, run) => tool.run(args, run).catch(reword(run)),
});

const reword =
  ({ workspace }: Pick<EffectsCaller, "workspace">) =>
  (thrown: unknown): never => {
    if (workspace?.type !== "folder" || !(thrown instanceof KernelError)) throw thrown;
    const { code, message, ...more } = thrown.data;
    throw new KernelError(code, message.replaceAll(`${workspace.path}/`, ""), more);
  };
