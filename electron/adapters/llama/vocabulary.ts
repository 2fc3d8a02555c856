import { readModelFacts } from "./gguf-header.ts";
import { type Engine, type NativeModel, openEngine } from "./native.ts";

/**
 * The tokenizer of a model file alone, for counting while the model itself is not in memory. It is opened once, by
 * the first question, and takes a small part of the file.
 */
export class Vocabulary {
  readonly #file: string;
  readonly #entry: () => string | null;
  #opened: Promise<{ readonly engine: Engine; readonly model: NativeModel } | null> | null = null;

  constructor(file: string, entry: () => string | null) {
    this.#file = file;
    this.#entry = entry;
  }

  /** null when it cannot be had: asked again later, since the add-on or the file may come. Never rejects. */
  async get(): Promise<NativeModel | null> {
    this.#opened ??= this.#open();
    const opened = await this.#opened;
    if (opened === null) this.#opened = null;
    return opened?.model ?? null;
  }

  /** Never rejects. */
  async close(): Promise<void> {
    const opened = await this.#opened;
    this.#opened = null;
    await opened?.model.dispose().catch(() => {});
    await opened?.engine.close().catch(() => {});
  }

  async #open(): Promise<{ readonly engine: Engine; readonly model: NativeModel } | null> {
    try {
      await readModelFacts(this.#file);
      const engine = await openEngine(this.#entry());
      try {
        const model = await engine.llama.loadModel({ modelPath: this.#file, vocabOnly: true });
        return { engine, model };
      } catch (thrown) {
        await engine.close();
        throw thrown;
      }
    } catch {
      return null;
    }
  }
}
