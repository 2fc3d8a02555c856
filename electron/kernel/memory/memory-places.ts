import type { MemoryId, MemoryOwner } from "../../../shared/memory.ts";
import type { Effect } from "../../../shared/permission.ts";
import type { EffectsCaller } from "../ports.ts";
import type { MemoryManager } from "./memory-manager.ts";

/** Names an item, and where it is when that is known. */
export interface ItemArguments {
  readonly id: MemoryId;
  readonly owner?: MemoryOwner | undefined;
}

export interface MemoryPlacesParts {
  readonly memory: Pick<MemoryManager, "ownersOf">;
  /** Memories that a caller reads without naming them, its own first. */
  readonly readable: (caller: EffectsCaller) => readonly MemoryOwner[];
}

/**
 * Whose memory a call is on. What the gate was told of a call is what the call does: the owner that was found for its
 * effects is kept by its arguments, so that an item that moves in between takes nobody along.
 */
export class MemoryPlaces {
  readonly #parts: MemoryPlacesParts;
  readonly #found = new WeakMap<object, readonly MemoryOwner[]>();

  constructor(parts: MemoryPlacesParts) {
    this.#parts = parts;
  }

  /** For effects: finds the owner of an item that the caller sees. One that it does not see counts as its own. */
  async find(args: ItemArguments, caller: EffectsCaller): Promise<MemoryOwner> {
    const owner = args.owner ?? (await this.#ownerOf(args.id, caller));
    this.#found.set(args, [owner]);
    return owner;
  }

  /** For the run: the owner that the effects were for. */
  async of(args: ItemArguments, caller: EffectsCaller): Promise<MemoryOwner> {
    return this.#found.get(args)?.[0] ?? this.find(args, caller);
  }

  /** For effects: the memory that is named, or all that the caller reads without naming them. */
  findAll(args: { readonly owner?: MemoryOwner | undefined }, caller: EffectsCaller): readonly MemoryOwner[] {
    const owners = args.owner === undefined ? this.#parts.readable(caller) : [args.owner];
    this.#found.set(args, owners);
    return owners;
  }

  /** For the run: those that the effects were for. */
  allOf(args: { readonly owner?: MemoryOwner | undefined }, caller: EffectsCaller): readonly MemoryOwner[] {
    return this.#found.get(args) ?? this.findAll(args, caller);
  }

  async #ownerOf(id: MemoryId, caller: EffectsCaller): Promise<MemoryOwner> {
    const owner = (await this.#parts.memory.ownersOf([id])).get(id);
    return owner !== undefined && this.#parts.readable(caller).includes(owner) ? owner : ownMemory(caller);
  }
}

export const ownMemory = ({ memoryOwner }: EffectsCaller): MemoryOwner => memoryOwner as MemoryOwner;

export const reads = (owners: readonly MemoryOwner[]): readonly Effect[] =>
  owners.map((owner) => ({ type: "read", target: `memory:${owner}`, reversible: "yes" }));

/** What is removed or changed can be taken back. */
export const writes = (...owners: readonly MemoryOwner[]): readonly Effect[] =>
  [...new Set(owners)].map((owner) => ({ type: "write", target: `memory:${owner}`, reversible: "yes" }));
