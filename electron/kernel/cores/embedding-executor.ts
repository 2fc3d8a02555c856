import { invariant, KernelError, type KernelErrorData, toErrorData } from "../../../shared/errors.ts";
import { estimateTokens } from "../../../shared/messages.ts";
import type { Clock, LlmCore } from "../ports.ts";
import type { Turn, TurnEnd } from "../scheduler/dispatcher.ts";
import type { Syscall } from "../syscall.ts";
import type { CoreRegistry } from "./core-registry.ts";
import { endAfter } from "./failed-turn.ts";

export interface EmbeddingExecutorOptions {
  readonly clock: Clock;
  readonly cores: Pick<CoreRegistry, "get" | "succeeded" | "failed">;
}

/** What a turn that gave way has made: the vectors of the first texts. */
class Made {
  readonly vectors: readonly Float32Array[];

  constructor(vectors: readonly Float32Array[]) {
    this.vectors = vectors;
  }
}

/**
 * Runs a call for embeddings on a core's slot: each message is a text, and the vectors go to the caller's sink in this
 * process. The result says what it took and holds no vectors. A core in the process makes them one by one and gives
 * way to agents in between. Failures say nothing about how the core answers agents, so but for rate limits they are
 * the caller's alone. Never throws.
 */
export function createEmbeddingExecutor({ clock, cores }: EmbeddingExecutorOptions) {
  return async (syscall: Syscall, turn: Turn): Promise<TurnEnd> => {
    const { call, vectors: take } = syscall.options;
    invariant(call.kind === "llm" && call.messages !== null, "a call for embeddings brings its texts");
    const texts = call.messages.map(({ content }) => content);
    try {
      const core = cores.get(turn.coreId);
      const made = await embed(core, texts, syscall, turn);
      if (made.length < texts.length) {
        syscall.resume = { partial: "", state: new Made(made) };
        syscall.resumeOn = turn.coreId;
        const reason = turn.preemption() ?? { type: "slice-end" as const };
        return { type: "suspended", reason, requeue: "slice-end", at: null };
      }
      if (!areSound(made)) throw unsound(core.info.title);
      cores.succeeded(turn.coreId);
      take?.(made);
      const promptTokens = texts.reduce((sum, text) => sum + estimateTokens(text), 0);
      const result = {
        kind: "llm",
        message: { role: "assistant", content: "", toolCalls: [] },
        model: core.info.model,
        finishReason: "stop",
        usage: { promptTokens, outputTokens: 0, source: "estimated" },
      } as const;
      return { type: "ended", outcome: { state: "done", result } };
    } catch (thrown) {
      return failedTurn(syscall, turn, toErrorData(thrown), { cores, clock });
    }
  };
}

/** All vectors, or those of the first texts when the slot is wanted. */
async function embed(
  core: LlmCore,
  texts: readonly string[],
  syscall: Syscall,
  turn: Turn,
): Promise<readonly Float32Array[]> {
  const { info, embed: embedTexts } = core;
  if (!embedTexts) throw noEmbeddings(info.title);
  const { resume, resumeOn } = syscall;
  const before = resume?.state instanceof Made && resumeOn === info.id ? resume.state.vectors : [];
  const made = [...before];
  const atOnce = info.capabilities.preemption === "kv" ? 1 : texts.length;
  while (made.length < texts.length) {
    const piece = texts.slice(made.length, made.length + atOnce);
    const vectors = await embedTexts.call(core, piece, syscall.abort.signal);
    if (vectors.length !== piece.length) throw unsound(info.title);
    made.push(...vectors);
    turn.tokens += piece.reduce((sum, text) => sum + estimateTokens(text), 0);
    if (made.length < texts.length && turn.preemption() !== null) return made;
  }
  return made;
}

function failedTurn(
  syscall: Syscall,
  turn: Turn,
  error: KernelErrorData,
  options: Parameters<typeof endAfter>[3],
): TurnEnd {
  const isCores = error.code === "model-rate-limited" || syscall.abort.signal.aborted;
  if (isCores) return endAfter(syscall, turn, error, options);
  return { type: "ended", outcome: { state: "failed", error } };
}

/** All of one length, of numbers. */
const areSound = (vectors: readonly Float32Array[]): boolean =>
  vectors.every(
    (vector) => vector.length > 0 && vector.length === vectors[0]?.length && vector.every(Number.isFinite),
  );

const noEmbeddings = (title: string): KernelError =>
  new KernelError("model-bad-request", `${title} makes no embeddings`, {
    hint: "Choose another model for embeddings in Settings",
  });

const unsound = (title: string): KernelError =>
  new KernelError("model-bad-request", `${title} did not give one vector for each text`, {
    hint: "Choose a model made for embeddings in Settings",
  });
