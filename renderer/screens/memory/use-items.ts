import { useEffect, useEffectEvent, useMemo, useSyncExternalStore } from "react";
import type { KernelEvent } from "../../../shared/events.ts";
import type { MemoryOwner } from "../../../shared/memory.ts";
import { useLiveStore, useTransport } from "../../store.tsx";
import { createItemStore, type ItemStore, type ItemsAsked, type ItemsShown } from "./item-store.ts";

export interface Items {
  readonly shown: ItemsShown;
  readonly store: ItemStore;
}

/** Whether an event changes what a list of an owner's items shows; null for everybody's. */
export function bearsOnItems(event: KernelEvent, owner: MemoryOwner | null): boolean {
  switch (event.type) {
    case "memory.changed":
    case "memory.evicted":
    case "memory.loaded":
      return owner === null || event.owner === owner;
    default:
      return false;
  }
}

/** A list of items, live. */
export function useItems(asked: ItemsAsked): Items {
  const transport = useTransport();
  const live = useLiveStore();
  const { owner, query, tag, sort } = asked;
  const store = useMemo(
    () =>
      createItemStore({ load: (about, offset) => transport.request("memory.items", { ...about, offset }) }),
    [transport],
  );
  const isAbout = useEffectEvent((event: KernelEvent) => bearsOnItems(event, owner));
  useEffect(() => store.ask({ owner, query, tag, sort }), [store, owner, query, tag, sort]);
  useEffect(() => {
    const stop = live.listen({
      onBatch({ events }) {
        if (events.some((event) => isAbout(event))) store.changed();
      },
      onReset: () => store.reload(),
    });
    let connection: "unknown" | "up" | "down" = "unknown";
    const stopStatus = transport.onStatus((status) => {
      const before = connection;
      connection = status.type === "connected" ? "up" : "down";
      if (connection === "up" && before === "down") store.reload();
    });
    return () => {
      stop();
      stopStatus();
    };
  }, [live, transport, store]);
  return { shown: useSyncExternalStore(store.subscribe, store.shown), store };
}
