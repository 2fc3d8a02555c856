import { invariant } from "../../../shared/errors.ts";
import type { CoreId, SyscallId } from "../../../shared/ids.ts";
import type { Placement } from "../../../shared/syscall.ts";

/** Something with slots: a model core, or a module of the kernel. Those of one lane can serve the same calls. */
export interface PoolMember {
  readonly id: CoreId;
  readonly lane: string;
  readonly slots: number;
  /** Members of one group share a limit besides their own: the tools of a server. */
  readonly group?: { readonly name: string; readonly limit: number } | null;
}

interface Group {
  limit: number;
  busy: number;
}

interface Entry {
  readonly lane: string;
  readonly group: Group | null;
  slots: number;
  readonly holders: (SyscallId | null)[];
  busy: number;
  /** Calls in flight that the server bears, adapted by admission; never above `slots`. */
  cap: number;
  /** Monotonic ms before which nothing new may start. */
  blockedUntil: number;
}

/** The slots of the members of one queue, and who holds them. */
export class CorePool {
  readonly #members = new Map<CoreId, Entry>();
  readonly #lanes = new Map<string, CoreId[]>();
  readonly #groups = new Map<string, Group>();
  readonly #limit: number;
  #busy = 0;

  /** `limit`: calls that may run at once over all members. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Whether lanes wait for each other. */
  get sharing(): "one-limit" | "none" {
    return this.#limit === Number.POSITIVE_INFINITY && this.#groups.size === 0 ? "none" : "one-limit";
  }

  add(member: PoolMember): void {
    invariant(!this.#members.has(member.id), `pool has ${member.id} already`);
    this.#members.set(member.id, {
      lane: member.lane,
      group: this.#groupOf(member),
      slots: member.slots,
      holders: [],
      busy: 0,
      cap: member.slots,
      blockedUntil: 0,
    });
    this.#lanes.set(member.lane, [...(this.#lanes.get(member.lane) ?? []), member.id]);
  }

  /** Adds a member, or gives one that is there the slots and the group limit that it has now. */
  place(member: PoolMember): void {
    if (!this.#members.has(member.id)) {
      this.add(member);
      return;
    }
    this.setSlots(member.id, member.slots);
    this.#groupOf(member);
  }

  /** Calls that run there keep running; their slots are gone when they end. */
  remove(id: CoreId): void {
    const member = this.#members.get(id);
    if (!member) return;
    this.#count(member, -member.busy);
    this.#members.delete(id);
    const rest = (this.#lanes.get(member.lane) ?? []).filter((other) => other !== id);
    if (rest.length > 0) this.#lanes.set(member.lane, rest);
    else this.#lanes.delete(member.lane);
  }

  has(id: CoreId): boolean {
    return this.#members.has(id);
  }

  hasLane(lane: string): boolean {
    return this.#lanes.has(lane);
  }

  setSlots(id: CoreId, slots: number): void {
    const member = this.#members.get(id);
    if (!member) return;
    member.slots = slots;
    member.cap = slots;
  }

  /** The least loaded member of a lane with a free slot, or null. */
  free(lane: string, now: number): CoreId | null {
    if (this.#busy >= this.#limit) return null;
    let best: CoreId | null = null;
    let lowest = Number.POSITIVE_INFINITY;
    for (const id of this.#lanes.get(lane) ?? []) {
      const member = this.#members.get(id);
      if (!member || member.blockedUntil > now) continue;
      if (member.group && member.group.busy >= member.group.limit) continue;
      if (member.busy >= Math.min(member.slots, Math.floor(member.cap))) continue;
      const load = member.busy / member.slots;
      if (load < lowest) {
        best = id;
        lowest = load;
      }
    }
    return best;
  }

  occupy(id: CoreId, holder: SyscallId): Placement {
    const member = this.#members.get(id);
    invariant(member && member.busy < member.slots, `${id} has a free slot`);
    const empty = member.holders.indexOf(null);
    const slot = empty === -1 ? member.holders.length : empty;
    member.holders[slot] = holder;
    member.busy += 1;
    this.#count(member, 1);
    return { coreId: id, slot };
  }

  release({ coreId, slot }: Placement, holder: SyscallId): void {
    const member = this.#members.get(coreId);
    if (member?.holders[slot] !== holder) return;
    member.holders[slot] = null;
    member.busy -= 1;
    this.#count(member, -1);
  }

  /** Keeps a member from getting calls until `until`; an earlier block that lasts longer stays. */
  block(id: CoreId, until: number): void {
    const member = this.#members.get(id);
    if (member) member.blockedUntil = Math.max(member.blockedUntil, until);
  }

  /** Monotonic ms before which a member gets no call. */
  blockedUntil(id: CoreId): number {
    return this.#members.get(id)?.blockedUntil ?? 0;
  }

  /** Additive increase after a success, multiplicative decrease after a refusal (Chiu and Jain, 1989). */
  adapt(id: CoreId, outcome: "success" | "refused"): void {
    const member = this.#members.get(id);
    if (!member) return;
    member.cap =
      outcome === "success"
        ? Math.min(member.slots, member.cap + 1 / member.cap)
        : Math.max(1, member.cap / 2);
  }

  /** The group of a member, with the limit that the member states. */
  #groupOf({ group }: PoolMember): Group | null {
    if (!group) return null;
    const known = this.#groups.get(group.name);
    if (known) known.limit = group.limit;
    else this.#groups.set(group.name, { limit: group.limit, busy: 0 });
    return this.#groups.get(group.name) ?? null;
  }

  #count({ group }: Entry, calls: number): void {
    this.#busy += calls;
    if (group) group.busy += calls;
  }
}
