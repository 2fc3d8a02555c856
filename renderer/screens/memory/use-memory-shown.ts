import { useEffect } from "react";
import type { MemoryShown } from "../../routes.ts";
import { useNavigation } from "../../store.tsx";

let last: MemoryShown = { owner: null };

/** What the screen shows: what the address says, else what it showed last. */
export function useMemoryShown(): MemoryShown {
  const { route } = useNavigation();
  const asked = route.screen === "memory" ? route.shown : undefined;
  useEffect(() => {
    if (asked) last = asked;
  }, [asked]);
  return asked ?? last;
}
