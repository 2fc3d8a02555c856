import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SwitchReport } from "../../../../shared/context.ts";
import { type AgentId, coreId } from "../../../../shared/ids.ts";
import type { LocalModelConfig } from "../../../../shared/local-models.ts";
import type { Message } from "../../../../shared/messages.ts";
import type { CompletionOutcome, CompletionRequest, CompletionRun, LlmCore } from "../../../kernel/ports.ts";
import { createLlamaCore } from "../../llama-core.ts";
import { createSystemClock } from "../../system-clock.ts";
import { addOnEntry } from "../add-on-folder.ts";
import { type Engine, openEngine } from "../native.ts";
import { type RandomModel, SMALL, TINY, writeRandomModel } from "./random-model.ts";

/** null where the add-on is not installed. */
export const testEntry = addOnEntry(process.cwd());

/** Much to reckon for each token and little state: reading takes many times as long as loading, on any machine. */
export const SLOW_TO_READ: RandomModel = {
  ...SMALL,
  layers: 3,
  embedding: 384,
  heads: 12,
  kvHeads: 1,
  feedForward: 1_536,
};

/** Each opening tries the engine out in a process of its own first: held, it is tried once for a file of tests. */
const held = new Map<string, Promise<Engine | null>>();

/** Cores over a random model of the real engine, with one folder for their states. */
export class LlamaFixture {
  readonly folder = mkdtempSync(join(tmpdir(), "llama-core-"));
  readonly statesFolder = join(this.folder, "states");
  readonly #cores: LlmCore[] = [];

  constructor(model: Partial<RandomModel> = {}) {
    writeRandomModel(this.file, { ...TINY, ...model });
  }

  get file(): string {
    return join(this.folder, "model.gguf");
  }

  open(config: Partial<LocalModelConfig> = {}, entry: string | null = testEntry): LlmCore {
    if (entry !== null && !held.has(entry))
      held.set(
        entry,
        openEngine(entry).catch(() => null),
      );
    const core = createLlamaCore(
      {
        type: "local",
        id: coreId("local"),
        title: "Random model",
        file: this.file,
        model: "random",
        slots: 2,
        contextTokens: 1_024,
        kvRamBytes: 64 * 1_024 * 1_024,
        kvDiskBytes: 64 * 1_024 * 1_024,
        threads: 1,
        ...config,
      },
      { clock: createSystemClock(), entry: () => entry, statesFolder: this.statesFolder },
    );
    this.#cores.push(core);
    return core;
  }

  async close(): Promise<void> {
    await Promise.all(this.#cores.map((core) => core.close()));
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The kernel's side of a call: what was streamed, what was reported, when the slice ends. */
export class RecordedRun implements CompletionRun {
  readonly controller = new AbortController();
  readonly signal = this.controller.signal;
  readonly reports: SwitchReport[] = [];
  readonly restarts: string[] = [];
  text = "";
  tokens = 0;
  readonly #slice: number;
  #left: number;
  onToken: () => void = () => {};

  /** `slice` in tokens. */
  constructor(slice = Number.POSITIVE_INFINITY, streamedBefore = "") {
    this.#slice = slice;
    this.#left = slice;
    this.text = streamedBefore;
  }

  output(text: string, tokens: number): void {
    this.text += text;
    this.tokens += tokens;
  }

  restart(reason: string): void {
    this.restarts.push(reason);
    this.text = "";
  }

  shouldYield(): boolean {
    this.onToken();
    this.#left -= 1;
    if (this.#left > 0) return false;
    this.#left = this.#slice;
    return true;
  }

  switched(report: SwitchReport): void {
    this.reports.push(report);
  }
}

export const ask = (
  content: string,
  maxOutputTokens = 40,
  extra: Partial<CompletionRequest> = {},
): CompletionRequest => ({
  messages: [
    { role: "system", content: "You are one of many agents in a test." },
    { role: "user", content },
  ] satisfies readonly Message[],
  tools: [],
  maxOutputTokens,
  resume: null,
  ...extra,
});

export const owned = (owner: AgentId, content: string, maxOutputTokens = 40): CompletionRequest =>
  ask(content, maxOutputTokens, { owner });

type Finished = CompletionOutcome & { readonly type: "finished" };

/** Goes through as many turns as the run asks for; `between` runs after each yield. */
export async function finishAll(
  core: LlmCore,
  request: CompletionRequest,
  run: RecordedRun,
  between: (turn: number) => Promise<void> | void = () => {},
): Promise<Finished> {
  let resume = request.resume;
  for (let turn = 1; ; turn += 1) {
    const outcome = await core.complete({ ...request, resume }, run);
    if (outcome.type === "finished") return outcome;
    resume = outcome.resume;
    await between(turn);
  }
}
