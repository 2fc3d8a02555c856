import { PATH } from "./file-paths.ts";
import type { Intent } from "./intent.ts";
import type { Program } from "./program.ts";

/** An intent of this family. */
export const intent = (needs: readonly string[], start: () => Program): Intent => ({
  family: "files",
  needs,
  start,
});

/** A pattern without regard to case; PATH in it stands for a path. */
export const pattern = (source: string): RegExp => new RegExp(source.replaceAll("PATH", PATH), "iu");
/** The words that may stand before a path. */
export const FILE =
  "(?:(?:a|an|the|my|our|this|that|new|text|csv|markdown|existing|plain|empty|file|document|note|named|called|at|under|name|path|with|it|inside|of) )*";
