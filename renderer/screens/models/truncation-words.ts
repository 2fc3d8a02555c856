import type { Truncation } from "../../../shared/context.ts";
import type { CoreInfo } from "../../../shared/cores.ts";
import { formatCount } from "../../format.ts";
import { TOKEN_SOURCE_WORDS } from "../../labels.ts";

const OLLAMA_PORT = ":11434";

const isOllama = ({ title, baseUrl }: CoreInfo): boolean =>
  baseUrl?.includes(OLLAMA_PORT) === true || /\bollama\b/i.test(title);

/** The least window that holds the prompt, in the steps in which windows are set. */
const windowFor = (tokens: number): number => 2 ** Math.ceil(Math.log2(Math.max(1, tokens)));

export const countedWords = ({ countedBy }: Truncation): string =>
  `counted by ${TOKEN_SOURCE_WORDS[countedBy]}`;

/** What to do about a window that is smaller than it was taken for. */
export function truncationWayOut(core: CoreInfo, truncation: Truncation): string {
  if (isOllama(core)) {
    return `Raise its window: start Ollama with OLLAMA_CONTEXT_LENGTH=${windowFor(truncation.counted)}, then look again.`;
  }
  const window = formatCount(truncation.reported);
  return core.source === "added"
    ? `Raise the window at the server, or remove the model here and add it again with a window of ${window} tokens.`
    : "Raise the window at the server, then look again.";
}
