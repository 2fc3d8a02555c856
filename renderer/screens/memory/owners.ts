import type { MemoryOwner, MemoryOwnerView } from "../../../shared/memory.ts";
import { agentMemory, groupMemory, PERSON } from "../../../shared/memory-owners.ts";

export type OwnerKind = "person" | "agent" | "group";

/** An owner as the list shows it. */
export interface OwnerRow extends MemoryOwnerView {
  readonly kind: OwnerKind;
  readonly label: string;
}

export interface OwnerGroup {
  readonly title: string;
  readonly rows: readonly OwnerRow[];
}

export const ownerKind = (owner: MemoryOwner): OwnerKind =>
  owner === PERSON ? "person" : owner.startsWith("group:") ? "group" : "agent";

/** An owner's name without its kind, as the person knows it. */
export const ownerLabel = (owner: MemoryOwner): string =>
  owner === PERSON ? "You" : owner.slice(owner.indexOf(":") + 1);

/** The same in a sentence or a narrow column, where the kind is not plain from its place. */
export const ownerText = (owner: MemoryOwner): string =>
  owner === PERSON ? "you" : `${ownerKind(owner) === "group" ? "group " : ""}${ownerLabel(owner)}`;

const EMPTY = { evictions: 0, evictedBytes: 0, loads: 0, loadedBytes: 0 } as const;

export interface KnownOwners {
  readonly memories: readonly MemoryOwnerView[];
  readonly agents: readonly string[];
  readonly groups: readonly string[];
  /** RAM of an owner of whom nothing was told yet, in bytes. */
  readonly budgetOf: (owner: MemoryOwner) => number;
}

/** All that have a memory or could: the person, then agents and groups by name. Groups without rows are left out. */
export function ownerGroups({ memories, agents, groups, budgetOf }: KnownOwners): readonly OwnerGroup[] {
  const views = new Map(memories.map((view) => [view.owner, view]));
  const row = (owner: MemoryOwner): OwnerRow => ({
    ...(views.get(owner) ?? { ...EMPTY, owner, usage: { ...NOTHING, budgetBytes: budgetOf(owner) } }),
    kind: ownerKind(owner),
    label: ownerLabel(owner),
  });
  const rowsOf = (kind: OwnerKind, known: readonly MemoryOwner[]): readonly OwnerRow[] => {
    const held = memories.map(({ owner }) => owner).filter((owner) => ownerKind(owner) === kind);
    return [...new Set([...known, ...held])]
      .map(row)
      .sort((one, other) => one.label.localeCompare(other.label, "en"));
  };
  return [
    { title: "You", rows: [row(PERSON)] },
    { title: "Agents", rows: rowsOf("agent", agents.map(agentMemory)) },
    { title: "Groups", rows: rowsOf("group", groups.map(groupMemory)) },
  ].filter(({ rows }) => rows.length > 0);
}

const NOTHING = { items: 0, bytes: 0, ramItems: 0, ramBytes: 0 } as const;

/** What all of them hold together. */
export function sumOf(memories: readonly MemoryOwnerView[]): Omit<MemoryOwnerView, "owner"> {
  const sum = (pick: (view: MemoryOwnerView) => number): number =>
    memories.reduce((total, view) => total + pick(view), 0);
  return {
    usage: {
      items: sum(({ usage }) => usage.items),
      bytes: sum(({ usage }) => usage.bytes),
      ramItems: sum(({ usage }) => usage.ramItems),
      ramBytes: sum(({ usage }) => usage.ramBytes),
      budgetBytes: sum(({ usage }) => usage.budgetBytes),
    },
    evictions: sum(({ evictions }) => evictions),
    evictedBytes: sum(({ evictedBytes }) => evictedBytes),
    loads: sum(({ loads }) => loads),
    loadedBytes: sum(({ loadedBytes }) => loadedBytes),
  };
}

/** Share of the budget above which items leave RAM, as the kernel has it. */
export const WATERMARK = 0.8;

/** Share of the budget that is taken, 0 to 1: all of a budget of nothing once anything is held. */
export const ramShare = ({
  ramBytes,
  budgetBytes,
}: {
  readonly ramBytes: number;
  readonly budgetBytes: number;
}): number => (budgetBytes > 0 ? Math.min(1, ramBytes / budgetBytes) : ramBytes > 0 ? 1 : 0);
