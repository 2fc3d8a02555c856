import { z } from "zod";

/** What a call does to the world outside its own context. */
export const effectTypeSchema = z.enum([
  "read",
  "write",
  "delete",
  "exec",
  "net",
  "send",
  "config",
  "secret",
]);
export type EffectType = z.infer<typeof effectTypeSchema>;

export interface Effect {
  readonly type: EffectType;
  /**
   * What it touches, canonical: a path in the workspace (`notes/a.txt`, `.` for the workspace itself), a memory
   * (`memory:agent:clerk`), a `host:port`, a server's tool (`mcp:files/write_file`) or a command's words.
   */
  readonly target: string;
  /** Whether the person can take it back, or there is nothing to take back (a read, a page fetched by GET). */
  readonly reversible: "yes" | "no";
  /** Why nobody can tell what it does before it runs, such as a command with a substitution. Never runs unasked. */
  readonly opaque?: string;
}
