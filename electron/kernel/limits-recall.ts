/** Every constant of embeddings, recall and notes, with its reason: as in limits.ts. */

/** Background embedding goes after everybody else's calls. */
export const EMBEDDING_PRIORITY = 0;
/** Texts, and characters, of one call for embeddings: a second of work on a slow machine, in which nobody else has the slot. */
export const EMBEDDING_BATCH_TEXTS = 16;
export const EMBEDDING_BATCH_CHARACTERS = 24_000;
/** Characters of one text that are embedded: about 1,000 tokens, what models for embeddings read. */
export const EMBEDDING_CHARACTERS = 4_000;
/** Length down to which a text is cut when a model finds it too long. */
export const EMBEDDING_LEAST_CHARACTERS = 250;
/** Texts that a model may refuse before it counts as one that refuses all. */
export const EMBEDDING_SKIPPED = 100;
/** Screens see the progress at most this often. */
export const EMBEDDING_PROGRESS_MS = 250;
/** Pause after a failure; doubled each time. A local server that is not up needs minutes, not hours. */
export const EMBEDDING_BACKOFF_FIRST_MS = 5_000;
export const EMBEDDING_BACKOFF_LONGEST_MS = 300_000;
/** Time that a search waits for the vector of its words, and their characters. */
export const QUERY_VECTOR_MS = 400;
export const QUERY_CHARACTERS = 1_000;
/** Vectors of searches that are kept, 4 KB each, and those that may be under way. */
export const QUERY_VECTORS_KEPT = 64;
export const QUERY_VECTORS_MADE = 4;

/** Tokens of what memory puts into one turn, at most: a page and a half of notes. */
export const RECALL_TOKENS = 1_000;
/** Share of the window beside the answer that one turn's recall may take; all of it together has MEMORY_SHARE. */
export const RECALL_SHARE = 0.08;
/** Items that one turn recalls at most, and hits that are looked at for them. */
export const RECALL_ITEMS = 8;
export const RECALL_HITS = 24;
/** Share of the telling words of a turn that an item must have to match well by words, and words that are enough whatever their share. */
export const RECALL_WORDS_SHARE = 0.5;
export const RECALL_WORDS_ENOUGH = 3;
/** Cosine distance up to which an item matches well by meaning, and how much worse than the nearest one it may be. */
export const RECALL_DISTANCE = 0.55;
export const RECALL_DISTANCE_SPREAD = 0.15;

/** Notes by a model go after agents' calls and before embeddings, which nobody waits for. */
export const NOTE_PRIORITY = 1;
/** Items that wait for notes; of a flood the oldest go without. */
export const NOTES_WAITING = 200;
/** Nearest items that a model is shown, and characters of each. */
export const NOTE_NEIGHBOURS = 8;
export const NOTE_CHARACTERS = 600;
/** What an answer may hold: more makes every item look like every other. */
export const NOTE_KEYWORDS = 8;
export const NOTE_TAGS = 4;
export const NOTE_LINKS = 4;
/** Tokens of the answer: that many words as JSON, and some thinking of models that cannot do without. */
export const NOTE_TOKENS = 600;
