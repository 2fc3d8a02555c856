import type { Effect } from "../../../shared/permission.ts";
import { type PrivateSource, sourceText, type TaintSource } from "../../../shared/taint.ts";

/** Of a list, this much is read. The whole stands beside it. */
const NAMED = 3;
/** Characters of one target in a sentence. */
const TARGET_CHARACTERS = 160;

/** Effects in the words of a reason: `write notes.txt, exec ls`. */
export const describeEffects = (effects: readonly Effect[]): string =>
  list(effects.map(({ type, target }) => `${type} ${cut(target)}`));

export const describeSources = (sources: readonly (TaintSource | PrivateSource)[]): string =>
  list(sources.map(sourceText));

export const cut = (text: string): string =>
  text.length <= TARGET_CHARACTERS ? text : `${text.slice(0, TARGET_CHARACTERS - 1)}…`;

function list(words: readonly string[]): string {
  const rest = words.length - NAMED;
  return rest > 0 ? `${words.slice(0, NAMED).join(", ")} and ${rest} more` : words.join(", ");
}
