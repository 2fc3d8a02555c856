import { type Program, say } from "./program.ts";
import type { Request } from "./request.ts";

/** The kinds of task in the stated range. */
export type Family =
  | "arithmetic"
  | "dates"
  | "memory"
  | "files"
  | "web"
  | "review"
  | "shell"
  | "delegation"
  | "about";

/** A task understood: which tools it needs, and how to carry it out. */
export interface Intent {
  readonly family: Family;
  /** Names of every tool that the program may call. */
  readonly needs: readonly string[];
  /** Makes a fresh program. */
  readonly start: () => Program;
}

/** What recognisers may know besides the request. */
export interface Setting {
  /** Names of the tools on offer. */
  readonly tools: ReadonlySet<string>;
  /** The last answer given in this conversation. */
  readonly previousAnswer: string | null;
}

/** Understands a request of one family; null when it does not. Pure, never throws. */
export type Recogniser = (request: Request, setting: Setting) => Intent | null;

/** An intent whose answer is known without a tool. */
export const answerOnly = (family: Family, text: string): Intent => ({
  family,
  needs: [],
  start: () => say(text),
});
