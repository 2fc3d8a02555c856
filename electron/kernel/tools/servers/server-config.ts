import { badInput } from "../../../../shared/errors.ts";
import { type ServerName, serverName } from "../../../../shared/ids.ts";
import { SERVERS_KEPT } from "../../../../shared/limits.ts";
import type { JsonObject } from "../../../../shared/messages.ts";
import { type ServerConfig, serverConfigSchema } from "../../../../shared/servers.ts";
import { slug } from "./slug.ts";

/** An entry of the configuration that cannot be used. */
export interface UnreadServer {
  /** Its own, or the nearest to it that a server may have. */
  readonly name: ServerName;
  readonly problem: string;
  readonly entry: JsonObject;
}

/** Reads the servers of a configuration: a bad entry is set aside and spoils no other. Never throws. */
export function readServers(stored: readonly unknown[]): {
  readonly servers: readonly ServerConfig[];
  readonly unread: readonly UnreadServer[];
} {
  const servers = new Map<ServerName, ServerConfig>();
  const unread: UnreadServer[] = [];
  for (const entry of stored) {
    const parsed = serverConfigSchema.safeParse(entry);
    const problem = !parsed.success
      ? badInput("server", parsed.error).message
      : servers.has(parsed.data.name)
        ? `there is another server ${parsed.data.name}`
        : servers.size >= SERVERS_KEPT
          ? `there are more than ${SERVERS_KEPT} servers`
          : null;
    if (parsed.success && problem === null) servers.set(parsed.data.name, parsed.data);
    else if (isObject(entry)) unread.push({ name: nameOf(entry), problem: problem ?? "", entry });
  }
  return { servers: [...servers.values()], unread };
}

const isObject = (entry: unknown): entry is JsonObject =>
  typeof entry === "object" && entry !== null && !Array.isArray(entry);

const nameOf = ({ name }: JsonObject): ServerName =>
  serverName(slug(typeof name === "string" ? name : "") ?? "unnamed");
