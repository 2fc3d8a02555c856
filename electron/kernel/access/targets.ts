import type { Effect } from "../../../shared/permission.ts";

const MEMORY = "memory:";
/** How the owner of a group's memory begins. */
export const GROUP = "group:";
const RESULT = "result:";

/**
 * The server whose tool an effect is on (`mcp:files/write_file`), else null. A command's words are never a place,
 * however they read: an agent chooses them.
 */
export const serverOf = ({ type, target }: Effect): string | null =>
  type === "exec" ? null : (/^mcp:([^/]+)\//.exec(target)?.[1] ?? null);

/** The owner of the memory that an effect is on (`memory:agent:clerk`), else null. */
export const memoryOwnerOf = (effect: Effect): string | null =>
  isOnData(effect) && effect.target.startsWith(MEMORY) ? effect.target.slice(MEMORY.length) : null;

/** Whether an effect is on a file or folder of the workspace. */
export const isOnWorkspace = (effect: Effect): boolean =>
  isOnData(effect) &&
  serverOf(effect) === null &&
  !effect.target.startsWith(MEMORY) &&
  !effect.target.startsWith(RESULT);

/** The same without other things that have an address, such as `share:h3`. No file is called like one. */
export const isOnFile = (effect: Effect): boolean => isOnWorkspace(effect) && !/^[a-z]+:/.test(effect.target);

const isOnData = ({ type }: Effect): boolean => type === "read" || type === "write" || type === "delete";

export interface HostAndPort {
  readonly host: string;
  /** null: none is named. */
  readonly port: string | null;
}

/** `Example.com.:443` is the same place as `example.com:443`. */
export function parseHost(text: string): HostAndPort {
  const [, host = "", port] = /^(.*?)(?::(\d+))?$/s.exec(text.toLowerCase()) ?? [];
  return { host: host.replace(/\.+$/, ""), port: port ?? null };
}
