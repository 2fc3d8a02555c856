import type { AgentManifest } from "../../../shared/manifest.ts";
import { useLoaded } from "../../store.tsx";

/** What a rule or a group may name. Empty until it has come, and where it cannot be had. */
export interface Choices {
  readonly agents: readonly AgentManifest[];
  readonly tools: readonly string[];
  /** Absolute folder of the workspace; null until known. */
  readonly workspace: string | null;
}

export function useChoices(): Choices {
  const catalogue = useLoaded("agents.catalogue", {}).loaded;
  const tools = useLoaded("tools.list", {}).loaded;
  const info = useLoaded("kernel.info", {}).loaded;
  return {
    agents: catalogue.status === "ready" ? catalogue.output.manifests : [],
    tools: tools.status === "ready" ? tools.output.tools.map(({ specification }) => specification.name) : [],
    workspace: info.status === "ready" ? info.output.workspaceFolder : null,
  };
}
