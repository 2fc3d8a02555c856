import type { Clock } from "../../kernel/ports.ts";
import type { NativeModel } from "./native.ts";

const SAMPLE_TOKENS = 32;
const SAMPLE_ANSWER = 8;
const CONTEXT_TOKENS = 256;
/** After this much time the rest of a sample is reckoned from what there is. */
const ENOUGH_MS = 500;

/**
 * How many threads to use: the count with which a short prompt and answer took least, tried from all of the machine's
 * cores downwards by halves until it gets slower. More threads than free cores are ruinous, which no table foretells.
 */
export async function measureThreads(model: NativeModel, cores: number, clock: Clock): Promise<number> {
  let best = { threads: 1, ms: Number.POSITIVE_INFINITY };
  for (let threads = Math.max(1, cores); threads >= 1; threads = Math.floor(threads / 2)) {
    const ms = await measure(model, threads, clock);
    if (ms > best.ms) break;
    best = { threads, ms };
  }
  return best.threads;
}

async function measure(model: NativeModel, threads: number, clock: Clock): Promise<number> {
  const context = await model.createContext({
    sequences: 1,
    contextSize: CONTEXT_TOKENS,
    threads,
    flashAttention: false,
    swaFullCache: true,
  });
  try {
    const sequence = context.getSequence();
    const words = model.tokenize("one two three four five six seven eight nine ten ".repeat(4), false);
    const prompt = words.slice(0, SAMPLE_TOKENS);
    // The first evaluation reads the model's file into memory.
    await sequence.evaluateWithoutGeneratingNewTokens(prompt.slice(0, 1));
    const start = clock.mono();
    let answering = start;
    let answered = 0;
    const answer = sequence.evaluate(prompt, {
      temperature: 0,
      yieldEogToken: true,
      grammarEvaluationState: () => undefined,
    });
    for await (const _ of answer) {
      if (answered === 0) answering = clock.mono();
      answered += 1;
      if (answered === SAMPLE_ANSWER || clock.mono() - start > ENOUGH_MS) break;
    }
    if (answered === 1) return (clock.mono() - start) * SAMPLE_ANSWER;
    const each = (clock.mono() - answering) / (answered - 1);
    return answering - start + each * (SAMPLE_ANSWER - 1);
  } finally {
    await context.dispose();
  }
}
