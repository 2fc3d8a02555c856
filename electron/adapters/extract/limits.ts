/** Bounds of one extraction, each against a file that was made to break the reader. */
export const EXTRACT_LIMITS = {
  /** Input. A long illustrated PDF; more costs more memory than its text is worth. */
  inputBytes: 32_000_000,
  /** Text that is kept of one file: a thick book. What follows is not searched. */
  characters: 1_000_000,
  /** Time of one file; then the thread is ended. */
  fileMs: 20_000,
  /** Bytes of all parts of an office file that are unzipped: a bomb says, or brings, more. */
  unzippedBytes: 32_000_000,
  /** Parts of an office file that are read: slides and sheets. */
  zipEntries: 2_000,
  /** Memory of the thread's own heap: the tree of the largest XML just fits. */
  heapMegabytes: 768,
  pdfPages: 2_000,
  /** Characters of a chunk: a long paragraph, and what an embedding model reads whole. */
  chunkCharacters: 1_500,
} as const;
