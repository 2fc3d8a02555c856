import { CONTRACT, type MethodInput } from "../../../shared/contract.ts";
import type { CoreInfo } from "../../../shared/cores.ts";
import type { ServerName } from "../../../shared/ids.ts";
import type { AgentManifest } from "../../../shared/manifest.ts";
import type { PermissionMode } from "../../../shared/permission.ts";
import type { ServerInfo } from "../../../shared/servers.ts";

/** What the person has filled in. null is "as the agent, or else Settings, has it". */
export interface LaunchForm {
  readonly agent: string;
  readonly task: string;
  readonly priority: number | null;
  readonly model: string | null;
  readonly mode: PermissionMode | null;
  /** MCP servers whose tools it gets besides those of its manifest. */
  readonly servers: readonly ServerName[];
}

export type LaunchInput = MethodInput<"agents.launch">;
export type CheckedForm =
  | { readonly type: "ready"; readonly input: LaunchInput }
  | { readonly type: "wrong"; readonly field: keyof LaunchForm; readonly message: string };

const isField = (name: unknown): name is keyof LaunchForm =>
  ["agent", "task", "priority", "model", "mode", "servers"].includes(String(name));

/** Checks the form by the contract itself. Choices left to the agent are left out of the input. */
export function checkForm(form: LaunchForm): CheckedForm {
  if (form.agent === "") return { type: "wrong", field: "agent", message: "Choose an agent" };
  if (form.task.trim() === "")
    return { type: "wrong", field: "task", message: "Say what the agent shall do" };
  const parsed = CONTRACT["agents.launch"].input.safeParse({
    agent: form.agent,
    task: form.task,
    ...(form.priority === null ? {} : { priority: form.priority }),
    ...(form.model === null ? {} : { model: form.model }),
    ...(form.mode === null ? {} : { mode: form.mode }),
    ...(form.servers.length === 0 ? {} : { servers: [...form.servers] }),
  });
  if (parsed.success) return { type: "ready", input: parsed.data };
  const issue = parsed.error.issues[0];
  const field = issue?.path[0];
  return { type: "wrong", field: isField(field) ? field : "task", message: issue?.message ?? "Not valid" };
}

/** The form for an agent. A task the person wrote stays; a sample of another agent does not. */
export function choose(
  form: LaunchForm,
  manifest: AgentManifest,
  manifests: readonly AgentManifest[],
): LaunchForm {
  const isSample = manifests.some((other) => other.sampleTasks.includes(form.task));
  return { ...form, agent: manifest.name, task: isSample ? "" : form.task };
}

/** Models that can be chosen, each once, in the order of the cores. */
export const modelsOf = (cores: Iterable<CoreInfo>): readonly string[] => [
  ...new Set([...cores].map((core) => core.model)),
];

/** The agent to show first: the one chosen last, else the first there is. */
export const firstChoice = (manifests: readonly AgentManifest[], remembered: string | null): string =>
  manifests.find((manifest) => manifest.name === remembered)?.name ?? manifests[0]?.name ?? "";

/** Servers whose tools can be had now. */
export const readyServers = (servers: Iterable<ServerInfo>): readonly ServerName[] =>
  [...servers].filter(({ status }) => status.type === "ready").map(({ name }) => name);
