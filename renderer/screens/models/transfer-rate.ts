/** How much of a piece of work was done at a moment. */
export interface RateSample {
  /** Wall time in ms. */
  readonly at: number;
  readonly done: number;
}

/** A rate is taken over this much of the past, in ms: a break shows soon, and a hiccup does not. */
const SPAN_MS = 8_000;
/** Below this a rate says nothing, in ms. */
const MEASURED_MS = 800;
const SAMPLES_KEPT = 64;

/** The samples of the last seconds with one more. Work that has begun again forgets what was before. */
export function withSample(samples: readonly RateSample[], next: RateSample): readonly RateSample[] {
  const last = samples.at(-1);
  if (last && next.done < last.done) return [next];
  if (last && (next.done === last.done || next.at <= last.at)) return samples;
  const recent = samples.filter((sample) => sample.at >= next.at - SPAN_MS).slice(-(SAMPLES_KEPT - 1));
  return [...recent, next];
}

/** Per second at `now`, over the last seconds; null until there is enough to measure. */
export function rateOf(samples: readonly RateSample[], now: number): number | null {
  const first = samples.find((sample) => sample.at >= now - SPAN_MS);
  const last = samples.at(-1);
  if (!first || !last) return samples.length === 0 ? null : 0;
  const span = Math.max(now, last.at) - first.at;
  return span < MEASURED_MS ? null : (1_000 * (last.done - first.done)) / span;
}
