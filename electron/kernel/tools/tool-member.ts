import { coreId } from "../../../shared/ids.ts";
import type { Tool } from "../ports.ts";
import type { PoolMember } from "../scheduler/core-pool.ts";

/**
 * A tool as a member of its queue's pool, with as many slots as calls that it can bear at once; those of a server
 * share the server's limit. Its lane has its name.
 */
export function toolMember({ specification: { name }, concurrency, server }: Tool): PoolMember {
  const group = server && { name: server.name, limit: server.concurrency };
  return { id: coreId(name), lane: name, slots: concurrency, group };
}
