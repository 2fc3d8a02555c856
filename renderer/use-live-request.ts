import { useCallback, useEffect, useEffectEvent, useRef, useState } from "react";
import type { MethodInput, MethodName, MethodOutput } from "../shared/contract.ts";
import { type KernelErrorData, toErrorData } from "../shared/errors.ts";
import type { KernelEvent } from "../shared/events.ts";
import { createRefresher, type Refresher } from "./screens/agent/context/refresher.ts";
import { useLiveStore, useTransport } from "./store.tsx";

/** What was last heard of a method. A look that failed leaves the last good output standing. */
export interface LiveOutput<T> {
  readonly output: T | null;
  /** Why the last look failed; null when it did not. */
  readonly error: KernelErrorData | null;
  readonly reload: () => void;
}

/**
 * A method's output, kept up to date: asked for when the component appears or its input changes, and again when an
 * event bears on it, about once a second at most.
 */
export function useLiveRequest<M extends MethodName>(
  method: M,
  input: MethodInput<M>,
  bearsOn: (event: KernelEvent) => boolean,
): LiveOutput<MethodOutput<M>> {
  const transport = useTransport();
  const live = useLiveStore();
  const [state, setState] = useState<Omit<LiveOutput<MethodOutput<M>>, "reload">>({
    output: null,
    error: null,
  });
  const refresher = useRef<Refresher | null>(null);
  const key = JSON.stringify(input);
  const isAbout = useEffectEvent(bearsOn);

  useEffect(() => {
    const made = createRefresher({
      look: () =>
        transport.request(method, JSON.parse(key)).then(
          (output) => {
            if (refresher.current === made) setState({ output, error: null });
          },
          (thrown: unknown) => {
            const error = toErrorData(thrown);
            // A lost connection is told elsewhere; all is asked for again when it is back.
            if (refresher.current !== made || error.code === "disconnected") return;
            setState(({ output }) => ({ output, error }));
          },
        ),
    });
    refresher.current = made;
    const stop = live.listen({
      onBatch({ events }) {
        if (events.some((event) => isAbout(event))) made.changed();
      },
      onReset: made.changed,
    });
    let connection: "unknown" | "up" | "down" = "unknown";
    // Told at once how it stands, which alone is no reason for a second look.
    const stopStatus = transport.onStatus((status) => {
      const before = connection;
      connection = status.type === "connected" ? "up" : "down";
      if (connection === "up" && before === "down") made.changed();
    });
    made.changed();
    return () => {
      made.close();
      refresher.current = null;
      stop();
      stopStatus();
    };
  }, [transport, live, method, key]);

  const reload = useCallback(() => refresher.current?.now(), []);
  return { ...state, reload };
}
