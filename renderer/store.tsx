import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import { toast } from "sonner";
import { useStore } from "zustand";
import { useShallow } from "zustand/react/shallow";
import type { MethodInput, MethodName, MethodOutput } from "../shared/contract.ts";
import { toErrorData } from "../shared/errors.ts";
import type { AgentId } from "../shared/ids.ts";
import type { AgentView, SystemState } from "../shared/state.ts";
import type { Transport } from "../shared/transport.ts";
import {
  type AgentDetailState,
  type AgentDetailStore,
  createAgentDetailStore,
} from "./agent-detail-store.ts";
import { createLiveStore, type LiveState, type LiveStore } from "./live-store.ts";
import { useNow } from "./now.ts";
import { parseRoute, type Route, routeHash } from "./routes.ts";

interface Services {
  readonly transport: Transport;
  readonly live: LiveStore;
  readonly detail: AgentDetailStore;
}

const ServicesContext = createContext<Services | null>(null);

/** The stores over one Transport, for as long as the page lives. */
export function createServices(transport: Transport): Services {
  const live = createLiveStore(transport);
  return { transport, live, detail: createAgentDetailStore(transport, live) };
}

export function StoreProvider(props: { readonly services: Services; readonly children: ReactNode }) {
  return <ServicesContext value={props.services}>{props.children}</ServicesContext>;
}

function useServices(): Services {
  const services = useContext(ServicesContext);
  if (!services) throw new Error("StoreProvider is missing");
  return services;
}

export const useTransport = (): Transport => useServices().transport;

/** What else the live store holds: connection, samples, version. Compared shallowly. */
export const useLive = <T,>(selector: (live: LiveState) => T): T =>
  useStore(useServices().live.store, useShallow(selector));

/** Wall time in ms for waits and ages in the data: it stands still while the connection is lost, as the data does. */
export function useDataNow(): number {
  const now = useNow();
  const connection = useLive((live) => live.connection);
  return connection.type === "lost" ? connection.since : now;
}

export const useLiveStore = (): LiveStore => useServices().live;

/**
 * Part of the system's state, compared shallowly at each commit. Select records, plain values, or fresh arrays of
 * them; never one of the maps, which change in place and so always look the same.
 */
export const useSystem = <T,>(selector: (system: SystemState) => T): T =>
  useLive((live) => selector(live.system));

export const useAgent = (id: AgentId | null): AgentView | undefined =>
  useSystem((system) => (id === null ? undefined : system.agents.get(id)));

/** The transcript of one agent, live while the calling component is mounted. One agent at a time. */
export function useAgentDetail(id: AgentId | null): AgentDetailState {
  const { detail } = useServices();
  useEffect(() => {
    detail.watch(id);
    return () => detail.watch(null);
  }, [detail, id]);
  const state = useStore(detail.store);
  if (state.status === "idle" || state.agentId === id) return state;
  return { status: "idle", version: state.version };
}

/** Calls a method; a failure is shown as a toast with message and hint, and gives null. Never rejects. */
export type RequestFunction = <M extends MethodName>(
  method: M,
  input: MethodInput<M>,
) => Promise<MethodOutput<M> | null>;

export function useRequest(): RequestFunction {
  const transport = useTransport();
  return useCallback<RequestFunction>(
    async (method, input) => {
      try {
        return await transport.request(method, input);
      } catch (thrown) {
        const { message, hint } = toErrorData(thrown);
        toast.error(message, { description: hint });
        return null;
      }
    },
    [transport],
  );
}

/** A request made when the component appears and whenever its input changes, and again by `reload`. */
export function useLoaded<M extends MethodName>(method: M, input: MethodInput<M>) {
  const transport = useTransport();
  const key = JSON.stringify(input);
  const latest = useRef(0);
  const [loaded, setLoaded] = useState<Loaded<MethodOutput<M>>>({ status: "loading" });
  const reload = useCallback((): void => {
    latest.current += 1;
    const mine = latest.current;
    const settle = (next: Loaded<MethodOutput<M>>): void => {
      if (mine === latest.current) setLoaded(next);
    };
    transport.request(method, JSON.parse(key)).then(
      (output) => settle({ status: "ready", output }),
      (thrown: unknown) => settle({ status: "failed", error: toErrorData(thrown) }),
    );
  }, [transport, method, key]);
  useEffect(() => {
    reload();
    return () => {
      latest.current += 1;
    };
  }, [reload]);
  return { loaded, reload };
}

export type Loaded<T> =
  | { readonly status: "loading" }
  | { readonly status: "ready"; readonly output: T }
  | { readonly status: "failed"; readonly error: ReturnType<typeof toErrorData> };

const onHash = (listener: () => void): (() => void) => {
  window.addEventListener("hashchange", listener);
  return () => window.removeEventListener("hashchange", listener);
};

/** Goes to a screen; back returns. */
export const goTo = (route: Route): void => {
  window.location.hash = routeHash(route);
};

export interface Navigation {
  readonly route: Route;
  /** Goes to a screen; back returns. */
  readonly go: (route: Route) => void;
}

export function useNavigation(): Navigation {
  const hash = useSyncExternalStore(onHash, () => window.location.hash);
  const route = useMemo(() => parseRoute(hash), [hash]);
  return { route, go: goTo };
}
