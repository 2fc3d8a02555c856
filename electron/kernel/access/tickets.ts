import { invariant, KernelError } from "../../../shared/errors.ts";
import type { SyscallId } from "../../../shared/ids.ts";
import type { JsonObject } from "../../../shared/messages.ts";
import type { Decision, Effect } from "../../../shared/permission.ts";
import { canonical } from "../canonical-json.ts";
import type { EffectsCaller, Tool } from "../ports.ts";

/** What was let through, word for word. It holds for exactly this. */
export interface Ticket {
  readonly tool: Tool;
  readonly args: JsonObject;
  readonly effects: readonly Effect[];
  readonly decision: Decision;
  /** Whether the engine let it pass, or the person after the engine had asked. */
  readonly by: "engine" | "person";
  readonly edited: "no" | "by-person";
}

interface Kept {
  readonly ticket: Ticket;
  /** As it was when the ticket was given: objects may be shared with others. */
  readonly args: string;
  readonly effects: string;
  readonly definition: string;
}

/** Tickets of calls that have passed the gate and have not run. Each is used once. */
export class Tickets {
  readonly #tickets = new Map<SyscallId, Kept>();

  give(id: SyscallId, ticket: Ticket): void {
    this.#tickets.set(id, {
      ticket,
      args: canonical(ticket.args),
      effects: canonicalEffects(ticket.effects),
      definition: definitionOf(ticket.tool),
    });
  }

  /**
   * Takes the ticket back to run the call. Throws `approval-void` when tool, arguments or effects are not those that
   * the ticket was given for; panics for a call that has none.
   */
  async redeem(id: SyscallId, current: Tool | null, caller: EffectsCaller): Promise<Ticket> {
    const kept = this.#tickets.get(id);
    invariant(kept, `${id} has passed the gate`);
    this.#tickets.delete(id);
    const { ticket } = kept;
    const { name } = ticket.tool.specification;
    if (!current || definitionOf(current) !== kept.definition) {
      throw voided(name, "the tool is not the one that it was");
    }
    if (canonical(ticket.args) !== kept.args) throw voided(name, "its arguments have changed");
    const effects = await current.effects(ticket.args, caller);
    if (canonicalEffects(effects) !== kept.effects) {
      throw voided(name, TOUCHES_CHANGED);
    }
    return { ...ticket, tool: current };
  }

  forget(id: SyscallId): void {
    this.#tickets.delete(id);
  }
}

export const voided = (tool: string, why: string): KernelError =>
  new KernelError("approval-void", `${tool} was allowed and did not run: ${why}`, {
    hint: "Make the call again if it is still wanted",
  });

export const TOUCHES_CHANGED = "what it touches has changed, as when a link now leads elsewhere";

const definitionOf = (tool: Tool): string =>
  `${tool.server?.name ?? ""}\n${canonical({ ...tool.specification } as unknown as JsonObject)}`;

const canonicalEffects = (effects: readonly Effect[]): string =>
  effects
    .map(({ type, target, reversible, opaque }) => JSON.stringify([type, target, reversible, opaque ?? null]))
    .join("\n");

export const sameEffects = (one: readonly Effect[], other: readonly Effect[]): boolean =>
  canonicalEffects(one) === canonicalEffects(other);
