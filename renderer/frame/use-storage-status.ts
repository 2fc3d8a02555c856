import { useEffect, useRef, useState } from "react";
import type { StorageStatus } from "../../shared/files.ts";
import { useLive, useSystem, useTransport } from "../store.tsx";

/** How often is asked while no event comes, in ms. */
const ASK_MS = 5_000;

/**
 * Whether storage takes changes. Events say so; while none come it is asked for, since a log that is full itself
 * commits none.
 */
export function useStorageStatus(): StorageStatus {
  const transport = useTransport();
  const logged = useSystem((system) => system.storage);
  const seq = useSystem((system) => system.seq);
  const connection = useLive((live) => live.connection.type);
  const [asked, setAsked] = useState<{ readonly seq: number; readonly status: StorageStatus } | null>(null);
  const now = useRef(seq);
  now.current = seq;
  useEffect(() => {
    if (connection !== "connected") return;
    let last = now.current;
    const ask = (): void => {
      const at = now.current;
      const isStill = at === last;
      last = at;
      if (!isStill) return;
      transport.request("storage.status", {}).then(
        (status) => setAsked({ seq: at, status }),
        // A recording has nobody to ask: what its events say stands.
        () => {},
      );
    };
    const timer = setInterval(ask, ASK_MS);
    return () => clearInterval(timer);
  }, [transport, connection]);
  return asked?.seq === seq ? asked.status : logged;
}
