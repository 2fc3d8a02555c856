import type { PrivilegeGroup } from "../../../shared/access.ts";
import { PERSON } from "../../../shared/memory-owners.ts";
import type { Effect } from "../../../shared/permission.ts";
import { matchesTarget } from "./glob.ts";
import { describeEffects } from "./reasons.ts";
import type { AccessRequest, Principal } from "./request.ts";
import { GROUP, isOnFile, isOnWorkspace, memoryOwnerOf, parseHost, serverOf } from "./targets.ts";
import { isInScope } from "./workspace-scope.ts";

/**
 * Why privilege groups do not allow a call; null when they do. For the agent and for each of its ancestors some one
 * group must allow the whole of each effect, so that a child gets no more than its parent and two narrow groups do
 * not add up to a wide one. Whoever has no group may do nothing.
 */
export function exceededCeiling(request: AccessRequest): string | null {
  const { agentId, caller, lineage, effects, server } = request;
  if (agentId !== null && lineage.length === 0) return `Nobody knows the privilege groups of ${agentId}`;
  for (const principal of lineage) {
    const { agent, groups } = principal;
    if (effects.length === 0 && server !== null && !groups.some((group) => allowsServer(group, server))) {
      return `The privilege groups of ${agent} do not include the server ${server}`;
    }
    const over = effects.find((effect) => !groups.some((group) => allows(group, effect, principal, request)));
    if (over && groups.length === 0) return `${agent} belongs to no privilege group, so it may do nothing`;
    if (over) return `The privilege groups of ${agent} do not include: ${describeEffects([over])}`;
  }
  const elsewhere = effects.find((effect) => isOnFile(effect) && !isInScope(request.scope, effect.target));
  if (elsewhere) return `It lies in another workspace: ${describeEffects([elsewhere])}`;
  // Programs have no groups, so nobody shares a memory with them.
  const foreign = effects.find((effect) => isForeignMemory(effect, request.memoryOwner));
  if (caller === "program" && foreign) return `No program may: ${describeEffects([foreign])}`;
  return null;
}

/** Whether the groups of each principal include a model by one of its names. */
export const mayUseModel = (lineage: readonly Principal[], names: readonly string[]): "yes" | "no" =>
  lineage.every(({ groups }) =>
    groups.some(({ cores }) => cores === null || names.some((name) => cores.includes(name))),
  )
    ? "yes"
    : "no";

/**
 * Most tokens that the groups leave in one run; null: no bound of theirs. Of several groups of one principal the most
 * generous counts, of several principals the least. One without a group may use no model in the first place.
 */
export function tokenCeiling(lineage: readonly Principal[]): number | null {
  const bounds = lineage.flatMap(({ groups }) => {
    const tokens = groups.map((group) => group.tokens ?? Number.POSITIVE_INFINITY);
    const most = Math.max(...tokens);
    return Number.isFinite(most) ? [most] : [];
  });
  return bounds.length === 0 ? null : Math.min(...bounds);
}

/**
 * Memories that an agent reads without naming them: its own, those of the groups that it and all its ancestors are
 * in, and the person's; of these what the ceiling lets it read. A caller that is no agent reads its own.
 */
export function readableMemories(lineage: readonly Principal[], memoryOwner: string): readonly string[] {
  const [self] = lineage;
  if (!self) return [memoryOwner];
  const owners = [memoryOwner, ...self.groups.map(({ name }) => `${GROUP}${name}`), PERSON];
  const request = { server: null, memoryOwner, ownerGroups: new Map() };
  return owners.filter((owner) => {
    const effect = { type: "read", target: `memory:${owner}`, reversible: "yes" } as const;
    return lineage.every((each) => each.groups.some((group) => allows(group, effect, each, request)));
  });
}

function allows(
  group: PrivilegeGroup,
  effect: Effect,
  { agent }: Principal,
  { server, memoryOwner, ownerGroups }: Pick<AccessRequest, "server" | "memoryOwner" | "ownerGroups">,
): boolean {
  if (!group.effects.includes(effect.type)) return false;
  if (server !== null && !allowsServer(group, server)) return false;
  const place = serverOf(effect);
  if (place !== null) return allowsServer(group, place);
  const owner = memoryOwnerOf(effect);
  if (owner !== null) {
    if (owner === memoryOwner || owner === `agent:${agent}`) return true;
    // A group's memory is its members'. The person's is everybody's to read; before it is written, they are asked.
    if (owner === `${GROUP}${group.name}` || owner === PERSON) return true;
    const theirs = ownerGroups.get(owner) ?? [];
    return group.sharing === "members" && theirs.some(({ name }) => name === group.name);
  }
  if (isOnWorkspace(effect)) {
    return group.folders?.some((pattern) => matchesTarget(pattern, effect.target)) ?? true;
  }
  if (effect.type === "net" || effect.type === "send") {
    return group.hosts?.some((entry) => isHostWithin(entry, effect.target)) ?? true;
  }
  return true;
}

const isForeignMemory = (effect: Effect, own: string): boolean => {
  const owner = memoryOwnerOf(effect);
  return owner !== null && owner !== own;
};

const allowsServer = ({ servers }: PrivilegeGroup, server: string): boolean =>
  servers === null || servers.includes(server);

/** `*.example.com` covers what is below example.com, and not example.com; an entry without a port covers each. */
function isHostWithin(entry: string, target: string): boolean {
  const allowed = parseHost(entry);
  const { host, port } = parseHost(target);
  if (allowed.port !== null && allowed.port !== port) return false;
  if (!allowed.host.startsWith("*.")) return host === allowed.host;
  return /^[a-z0-9._-]+$/.test(host) && host.endsWith(allowed.host.slice(1)) && !host.startsWith(".");
}
