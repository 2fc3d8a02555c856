import { statSync } from "node:fs";
import type { KeptState } from "../../shared/context.ts";
import type { CoreInfo } from "../../shared/cores.ts";
import { KernelError } from "../../shared/errors.ts";
import type { AgentId } from "../../shared/ids.ts";
import { localCoreInfo } from "../../shared/local-core-info.ts";
import type { LocalModelConfig, LocalModelView } from "../../shared/local-models.ts";
import { estimateTokens } from "../../shared/messages.ts";
import type {
  Clock,
  CompletionOutcome,
  CompletionRequest,
  CompletionRun,
  LlmCore,
  LocalModelControl,
  TokenCounts,
} from "../kernel/ports.ts";
import { grammarState, readerFor } from "./llama/constrained-answer.ts";
import type { AnswerParts } from "./llama/growing-answer.ts";
import { ModelLife } from "./llama/model-life.ts";
import { Mutex } from "./llama/mutex.ts";
import { OutputStream } from "./llama/output-stream.ts";
import { RateLimit } from "./llama/rate-limit.ts";
import { type CoreFolders, foldersOf, forgetOnDisk, type Resident } from "./llama/resident.ts";
import { startAnswer } from "./llama/resume.ts";
import { SlotQueue } from "./llama/slot-queue.ts";
import { Speeds } from "./llama/speeds.ts";
import { hashTokens } from "./llama/tokens.ts";
import { runTurn } from "./llama/turn.ts";
import { Vocabulary } from "./llama/vocabulary.ts";

export interface LlamaCoreOptions {
  readonly clock: Clock;
  /** Path of the engine's module; null while the add-on is not installed. */
  readonly entry: () => string | null;
  /** Folder for key-value states and answers that have begun; this core uses one folder in it. */
  readonly statesFolder: string;
}

/** Fastest rhythm in which the view is told, in ms. */
const VIEW_MS = 250;

/**
 * A model file that runs in this process, by llama.cpp. Answers are greedy: the same context gives the same tokens,
 * however often it was taken off its slot. An agent's key-value state is kept in memory, or on disk, or made again,
 * whichever costs least; what is kept is trusted by its tokens alone. The model is loaded by the first call.
 */
export function createLlamaCore(config: LocalModelConfig, options: LlamaCoreOptions): LlmCore {
  return new LlamaCore(config, options);
}

class LlamaCore implements LlmCore {
  readonly info: CoreInfo;
  readonly local: LocalModelControl;
  readonly #config: LocalModelConfig;
  readonly #clock: Clock;
  readonly #folders: CoreFolders;
  readonly #queue: SlotQueue;
  readonly #speeds = new Speeds();
  readonly #engine = new Mutex();
  readonly #life: ModelLife;
  readonly #closed = new AbortController();
  readonly #calls = new Set<Promise<unknown>>();
  readonly #tell: RateLimit;
  readonly #bytes: number;
  readonly #vocabulary: Vocabulary;
  #listener: (view: LocalModelView) => void = () => {};

  constructor(config: LocalModelConfig, options: LlamaCoreOptions) {
    this.#config = config;
    this.#clock = options.clock;
    this.#bytes = bytesOf(config.file);
    this.#vocabulary = new Vocabulary(config.file, options.entry);
    this.#folders = foldersOf(options.statesFolder, config.id);
    this.#queue = new SlotQueue(config.slots);
    this.#tell = new RateLimit(options.clock, VIEW_MS, () => this.#listener(this.#view()));
    this.#life = new ModelLife({
      config,
      clock: options.clock,
      entry: options.entry,
      folders: this.#folders,
      queue: this.#queue,
      speeds: this.#speeds,
      changed: () => this.#tell.ask(),
    });
    this.info = localCoreInfo(config, { status: "ready" });
    this.local = {
      load: async () => void (await this.#life.get("no-slot")),
      unload: () => this.#life.unload(),
      setSlots: (slots) => this.#life.setSlots(slots),
      setKvBudget: (ramBytes, diskBytes) => this.#life.setKvBudget(ramBytes, diskBytes),
      view: () => this.#view(),
      watch: (listener) => {
        this.#listener = listener;
      },
    };
  }

  async complete(request: CompletionRequest, run: CompletionRun): Promise<CompletionOutcome> {
    const signal = AbortSignal.any([run.signal, this.#closed.signal]);
    const call = this.#onSlot(signal, (resident) => this.#answer(resident, request, run, signal));
    this.#calls.add(call);
    try {
      return await call;
    } catch (thrown) {
      throw this.#errorOf(thrown, signal);
    } finally {
      this.#calls.delete(call);
      this.#tell.ask();
    }
  }

  async countTokens(texts: readonly string[]): Promise<TokenCounts> {
    const model = this.#life.resident?.loaded.model ?? (await this.#vocabulary.get());
    try {
      if (model) {
        return { counts: texts.map((text) => model.tokenize(text, false).length), source: "tokenizer" };
      }
    } catch {
      // The model was freed in between.
    }
    return { counts: texts.map(estimateTokens), source: "estimate" };
  }

  async embed(texts: readonly string[], signal: AbortSignal): Promise<readonly Float32Array[]> {
    const either = AbortSignal.any([signal, this.#closed.signal]);
    try {
      const resident = await unlessAborted(this.#life.get("no-slot"), either);
      return await resident.embeddings.embed(texts, either);
    } catch (thrown) {
      throw this.#errorOf(thrown, either);
    }
  }

  kept(owner: AgentId): KeptState | null {
    const { resident, files } = this.#life;
    return resident ? resident.pool.kept(owner) : (files?.keptOf(owner) ?? null);
  }

  async forget(owner: AgentId): Promise<void> {
    const { resident, files } = this.#life;
    if (resident) {
      await resident.pool.forget(owner);
      await resident.journal.forget(owner);
      resident.prompts.forget(owner);
    }
    await files?.removeOwner(owner);
    await forgetOnDisk(this.#folders, owner);
    this.#tell.ask();
  }

  async close(): Promise<void> {
    this.#closed.abort(new KernelError("cancelled", "The program is stopping."));
    await Promise.allSettled(this.#calls);
    await this.#life.close();
    await this.#vocabulary.close();
    this.#tell.stop();
  }

  async #onSlot<T>(signal: AbortSignal, work: (resident: Resident) => Promise<T>): Promise<T> {
    await this.#queue.enter(signal);
    try {
      const resident = await unlessAborted(this.#life.get("slot"), signal);
      return await work(resident);
    } finally {
      this.#queue.leave();
    }
  }

  async #answer(
    resident: Resident,
    request: CompletionRequest,
    run: CompletionRun,
    signal: AbortSignal,
  ): Promise<CompletionOutcome> {
    const { loaded, pool, prompts, prefixes, format, journal, isEnd } = resident;
    const { model } = loaded;
    const owner = request.owner ?? null;
    const prompt = prompts.of(owner, request.messages, request.tools);
    const window = Math.min(this.#config.contextTokens, loaded.context.contextSize);
    if (prompt.tokens.length >= window) throw tooLong(this.#config, prompt.tokens.length, window);
    const promptHash = hashTokens(prompt.tokens);
    const parts = (): AnswerParts => ({
      prompt: prompt.tokens,
      detokenizer: model,
      reader: readerFor(request, format),
      grammarFor: (schema) => grammarState(loaded, schema),
    });
    const start = await startAnswer({
      parts,
      loading: resident,
      prompt: promptHash,
      resume: request.resume,
      readJournal: async () => (owner === null ? null : journal.read(owner, promptHash)),
      tokenize: (text) => model.tokenize(text, false, "trimLeadingSpace"),
    });
    const stream = new OutputStream(run, request.resume?.partial ?? "");
    if (start.again !== null) stream.restart(start.again);
    return runTurn({
      loading: resident,
      isEnd,
      pool,
      journal,
      prefixes,
      speeds: this.#speeds,
      clock: this.#clock,
      engine: this.#engine,
      owner,
      prompt: prompt.tokens,
      promptHash,
      sharedTokens: prompt.sharedTokens,
      answer: start.answer,
      cachedTokens: start.cachedTokens,
      redo: start.redo,
      stream,
      maxOutputTokens: request.maxOutputTokens ?? Number.POSITIVE_INFINITY,
      window,
      run,
      signal,
    });
  }

  #view(): LocalModelView {
    const { resident, files } = this.#life;
    const { ramBytes, diskBytes } = this.#life.budgets;
    return {
      file: this.#config.file,
      bytes: resident?.loaded.facts.bytes ?? this.#bytes,
      load: this.#life.status,
      threads: resident?.loaded.threads ?? this.#config.threads,
      sequences: resident?.loaded.sequences ?? this.#config.slots,
      kv: {
        ramBytes: resident?.pool.ramBytes ?? 0,
        ramBudget: ramBytes,
        diskBytes: files?.bytes ?? 0,
        diskBudget: diskBytes,
        inRam: resident?.pool.inRam ?? 0,
        onDisk: files?.owned ?? 0,
      },
      speeds: this.#speeds.view(),
    };
  }

  #errorOf(thrown: unknown, signal: AbortSignal): KernelError {
    if (thrown instanceof KernelError) return thrown;
    if (signal.aborted) return new KernelError("cancelled", "The call was cancelled.");
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return new KernelError(
      "model-server-error",
      `${this.#config.title} failed while it was answering: ${message}`,
      { hint: "Try it again. Unload the model in Models and load it anew if it fails once more." },
    );
  }
}

/** The value, or the signal's reason as soon as it aborts; the work goes on for whoever else waits for it. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

const tooLong = (config: LocalModelConfig, tokens: number, window: number): KernelError =>
  new KernelError(
    "context-too-long",
    `The prompt has ${tokens} tokens; ${config.title} takes ${window} together with its answer.`,
    { hint: "Make the context smaller, or give the model a longer window in Models." },
  );

/** 0 for a file that is not there: loading says so. */
function bytesOf(file: string): number {
  try {
    return statSync(file).size;
  } catch {
    return 0;
  }
}
