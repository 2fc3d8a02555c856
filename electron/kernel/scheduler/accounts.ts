import type { AgentId } from "../../../shared/ids.ts";

/** Tokens that each live agent has used in its present run, so that its token limit can be kept. */
export class Accounts {
  readonly #tokens = new Map<AgentId, number>();

  charge(agentId: AgentId | null, tokens: number): void {
    if (agentId !== null) this.#tokens.set(agentId, this.tokens(agentId) + tokens);
  }

  tokens(agentId: AgentId): number {
    return this.#tokens.get(agentId) ?? 0;
  }

  close(agentId: AgentId): void {
    this.#tokens.delete(agentId);
  }
}
