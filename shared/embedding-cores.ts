import type { CoreInfo } from "./cores.ts";

type Place = Pick<CoreInfo, "kind" | "baseUrl">;

/**
 * Whether a core may make embeddings without having been chosen for it: none that is elsewhere, since nobody has said
 * that it may read everything, and no model file, since embedding would load it.
 */
export const embedsUnasked = (core: Place): boolean => core.kind !== "local" && isOnThisMachine(core);

/** In the process, or behind an address of this machine. */
export function isOnThisMachine({ baseUrl }: Pick<CoreInfo, "baseUrl">): boolean {
  if (baseUrl === null) return true;
  const { hostname } = new URL(baseUrl);
  return hostname === "localhost" || hostname === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}
