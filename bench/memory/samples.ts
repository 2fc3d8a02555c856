import { type MemoryItem, memoryId } from "../../shared/memory.ts";
import { agentMemory } from "../../shared/memory-owners.ts";

/** Words of a language, of which a few are in every second text and most in a handful (Zipf and Mandelbrot). */
const VOCABULARY = 30_000;
const MANDELBROT_OFFSET = 2.7;
const SYLLABLES = ["ka", "lo", "mi", "ter", "ran", "so", "vel", "du", "pin", "gar", "es", "tor"];
/** What the vectors are about: each lies near the middle of one topic, as those of models do. */
const TOPICS = 200;
export const DIMENSIONS = 384;

export const OWNER = agentMemory("bench");

/** The same texts, queries and vectors in every run. */
export class Samples {
  #seed = 1;
  readonly #cumulated: number[] = [];
  readonly #topics: readonly Float32Array[];

  constructor() {
    let sum = 0;
    for (let rank = 0; rank < VOCABULARY; rank += 1) {
      sum += 1 / (rank + MANDELBROT_OFFSET);
      this.#cumulated.push(sum);
    }
    this.#topics = Array.from({ length: TOPICS }, () =>
      Float32Array.from({ length: DIMENSIONS }, () => this.#random() - 0.5),
    );
  }

  /** Twelve to forty words: what agents remember. */
  items(count: number): readonly MemoryItem[] {
    return Array.from({ length: count }, (_, index) => itemOf(index + 1, this.#words(12 + this.below(29))));
  }

  /** Some words that one of the items holds. */
  query(items: readonly MemoryItem[], words: number): string {
    const said = items[this.below(items.length)]?.text.split(" ") ?? [];
    return Array.from({ length: words }, () => said[this.below(said.length)]).join(" ");
  }

  vector(): Float32Array {
    const topic = this.#topics[this.below(TOPICS)] ?? new Float32Array(DIMENSIONS);
    return topic.map((value) => value + (this.#random() - 0.5) * 0.8);
  }

  below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  #words(count: number): string {
    return Array.from({ length: count }, () => spell(this.#rank())).join(" ");
  }

  #rank(): number {
    const point = this.#random() * (this.#cumulated.at(-1) ?? 0);
    let [low, high] = [0, VOCABULARY - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#cumulated[middle] ?? 0) < point) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #random(): number {
    this.#seed = (Math.imul(this.#seed, 1_664_525) + 1_013_904_223) >>> 0;
    return this.#seed / 2 ** 32;
  }
}

function spell(rank: number): string {
  let word = "";
  for (let rest = rank + SYLLABLES.length + 1; rest > 0; rest = Math.floor(rest / SYLLABLES.length)) {
    word += SYLLABLES[rest % SYLLABLES.length];
  }
  return word;
}

const itemOf = (n: number, text: string): MemoryItem => ({
  id: memoryId(n),
  owner: OWNER,
  text,
  metadata: {},
  keywords: [],
  tags: n % 10 === 0 ? ["work"] : [],
  links: [],
  provenance: { by: "agent", agentId: null, syscallId: null, origin: null },
  pinned: "no",
  bytes: 400 + text.length,
  uses: 0,
  lastUsedAt: null,
  createdAt: n,
  updatedAt: n,
});
