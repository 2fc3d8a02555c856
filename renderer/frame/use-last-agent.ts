import { useEffect } from "react";
import type { AgentId } from "../../shared/ids.ts";
import type { SystemState } from "../../shared/state.ts";
import { useNavigation, useSystem } from "../store.tsx";

let opened: AgentId | null = null;

/** The agent that the Agent screen opens on when none is named: the one seen last, else the newest. */
export function useLastAgent(): AgentId | null {
  const { route } = useNavigation();
  const named = route.screen === "agent" ? route.agentId : null;
  useEffect(() => {
    if (named) opened = named;
  }, [named]);
  return useSystem((system) => named ?? lastAgent(system));
}

function lastAgent(system: SystemState): AgentId | null {
  if (opened && system.agents.has(opened)) return opened;
  let newest: AgentId | null = null;
  for (const id of system.agents.keys()) newest = id;
  return newest;
}
