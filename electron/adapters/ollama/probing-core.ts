import type { CoreInfo } from "../../../shared/cores.ts";
import type { CompletionOutcome, CompletionRequest, CompletionRun, LlmCore } from "../../kernel/ports.ts";
import { ollamaAddress } from "../ollama-core.ts";
import { probeOllama } from "./facts.ts";

/** A server that does not answer so small a question in this time is left to the usual interface and its limits. */
const PROBE_MS = 700;

/**
 * A model at an address that a person entered, behind which Ollama may be: asked at the first call, since a core is
 * opened without waiting. `info` stays that of the usual interface.
 */
export class ProbingCore implements LlmCore {
  readonly info: CoreInfo;
  readonly countTokens?: NonNullable<LlmCore["countTokens"]>;
  readonly #usual: LlmCore;
  readonly #ollama: LlmCore;
  readonly #base: string;
  #chosen: LlmCore | null = null;

  constructor(baseUrl: string, usual: LlmCore, ollama: LlmCore) {
    this.info = usual.info;
    this.#usual = usual;
    this.#ollama = ollama;
    if (usual.countTokens) this.countTokens = usual.countTokens.bind(usual);
    this.#base = ollamaAddress(baseUrl, null).base;
  }

  /** Only where Ollama's OpenAI-compatible interface could be: other paths belong to other servers. */
  static fits(baseUrl: string): boolean {
    return /^\/(v1|api)?$/.test(new URL(baseUrl).pathname.replace(/\/$/, "") || "/");
  }

  async complete(request: CompletionRequest, run: CompletionRun): Promise<CompletionOutcome> {
    const core = run.signal.aborted ? this.#usual : await this.#choose();
    return core.complete(request, run);
  }

  async close(): Promise<void> {
    await Promise.all([this.#usual.close(), this.#ollama.close()]);
  }

  async #choose(): Promise<LlmCore> {
    if (this.#chosen) return this.#chosen;
    // Without the key: nobody has said yet that this is the server it is for.
    const answer = await probeOllama(this.#base, AbortSignal.timeout(PROBE_MS));
    if (answer === "no-answer") return this.#usual;
    this.#chosen = answer === "yes" ? this.#ollama : this.#usual;
    return this.#chosen;
  }
}
