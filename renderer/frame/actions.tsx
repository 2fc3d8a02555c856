import { createContext, type ReactNode, useContext, useMemo, useRef, useState } from "react";
import { toast } from "sonner";
import type { AgentId, CoreId } from "../../shared/ids.ts";
import { DEFAULT_PRIORITY, prioritySchema, type Settings } from "../../shared/settings.ts";
import { ConfirmDialog } from "../components/Dialog.tsx";
import { LaunchDialog } from "../screens/launch/LaunchDialog.tsx";
import { rememberAgent } from "../screens/launch/remembered-agent.ts";
import { useAgent, useLiveStore, useRequest } from "../store.tsx";
import { applyTheme, storedTheme, type Theme } from "../theme.ts";

export type OpenWindow = "palette" | "keys" | "launch" | null;

/** What a person can do from anywhere. Failures are shown; nothing here rejects. */
export interface Actions {
  /** Opens the Launch dialog, on this agent if one is named. */
  launch(agent?: string): void;
  launchFleet(): void;
  pause(agentId: AgentId): void;
  resume(agentId: AgentId): void;
  /** Keeps the agent's context as it stands. */
  takeSnapshot(agentId: AgentId): void;
  /** Makes the agent's context smaller before its next turn. */
  compact(agentId: AgentId): void;
  /** Asks first. */
  kill(agentId: AgentId): void;
  /** One level up or down, from what was last asked for: quick presses add up. */
  changePriority(agentId: AgentId, by: 1 | -1): void;
  changeSettings(change: Partial<Settings>): void;
  /** Starts the job that gets the engine for model files. */
  installEngine(): void;
  loadModel(coreId: CoreId): void;
  unloadModel(coreId: CoreId): void;
  setTheme(theme: Theme): void;
  show(window: OpenWindow): void;
}

interface ActionsState {
  readonly actions: Actions;
  readonly window: OpenWindow;
  readonly theme: Theme;
}

const ActionsContext = createContext<ActionsState | null>(null);

function useActionsState(): ActionsState {
  const state = useContext(ActionsContext);
  if (!state) throw new Error("ActionsProvider is missing");
  return state;
}

export const useActions = (): Actions => useActionsState().actions;
export const useOpenWindow = (): OpenWindow => useActionsState().window;
export const useTheme = (): Theme => useActionsState().theme;

export function ActionsProvider({ children }: { readonly children: ReactNode }) {
  const request = useRequest();
  const live = useLiveStore();
  /** Priorities asked for and not yet answered. */
  const asked = useRef(new Map<AgentId, number>());
  const [window, show] = useState<OpenWindow>(null);
  const [theme, setTheme] = useState(storedTheme);
  const [doomed, setDoomed] = useState<AgentId | null>(null);

  const actions = useMemo(
    (): Actions => ({
      launch: (agent) => {
        if (agent !== undefined) rememberAgent(agent);
        show("launch");
      },
      launchFleet: async () => {
        const launched = await request("agents.launchFleet", {});
        if (launched) toast.success(`Launched ${launched.agentIds.length} agents`);
      },
      pause: (agentId) => void request("agents.pause", { agentId }),
      resume: (agentId) => void request("agents.resume", { agentId }),
      takeSnapshot: async (agentId) => {
        const taken = await request("context.snapshot", { agentId });
        if (taken) toast.success(`Snapshot ${taken.snapshotId} of ${agentId} taken`);
      },
      compact: async (agentId) => {
        const asked = await request("context.compact", { agentId });
        if (asked) toast.success(`${agentId} is made smaller before its next turn`);
      },
      kill: setDoomed,
      changePriority: async (agentId, by) => {
        const shown = live.store.getState().system.agents.get(agentId)?.priority;
        const priority = (asked.current.get(agentId) ?? shown ?? DEFAULT_PRIORITY) + by;
        if (!prioritySchema.safeParse(priority).success) return;
        asked.current.set(agentId, priority);
        await request("agents.reprioritise", { agentId, priority });
        if (asked.current.get(agentId) === priority) asked.current.delete(agentId);
      },
      changeSettings: (change) => void request("settings.update", change),
      installEngine: () => void request("addon.install", {}),
      loadModel: (coreId) => void request("cores.load", { coreId }),
      unloadModel: (coreId) => void request("cores.unload", { coreId }),
      setTheme: (next) => {
        applyTheme(next);
        setTheme(next);
      },
      show,
    }),
    [request, live],
  );
  const state = useMemo(() => ({ actions, window, theme }), [actions, window, theme]);

  return (
    <ActionsContext value={state}>
      {children}
      <LaunchDialog open={window === "launch"} onOpenChange={(open) => show(open ? "launch" : null)} />
      <KillDialog
        agentId={doomed}
        onClose={() => setDoomed(null)}
        onKill={(agentId) => void request("agents.kill", { agentId })}
      />
    </ActionsContext>
  );
}

interface KillDialogProps {
  readonly agentId: AgentId | null;
  readonly onClose: () => void;
  readonly onKill: (agentId: AgentId) => void;
}

function KillDialog({ agentId, onClose, onKill }: KillDialogProps) {
  const agent = useAgent(agentId);
  return (
    <ConfirmDialog
      open={agentId !== null}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={`Kill ${agentId ?? ""}?`}
      description={
        <>
          {agent?.title ?? "The agent"} stops now and its calls are cancelled. What it has already done stays;
          its transcript stays too.
        </>
      }
      confirm={`Kill ${agentId ?? ""}`}
      onConfirm={() => {
        if (agentId) onKill(agentId);
      }}
    />
  );
}
