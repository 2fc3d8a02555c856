import { z } from "zod";
import { type RuleDraft, ruleDraftSchema } from "../../../shared/access.ts";
import { toErrorData } from "../../../shared/errors.ts";
import type { Clock, FileTree } from "../ports.ts";
import type { AccessBook } from "./access-book.ts";

/** A workspace's own rules. Agents cannot write it: the floor keeps `.aios` from them. */
export const WORKSPACE_RULES_FILE = ".aios/access.json";
const FILE_BYTES = 100_000;

const fileSchema = z.strictObject({
  rules: z
    .array(
      ruleDraftSchema
        .omit({ workspace: true, expiresAt: true })
        .extend({ verdict: z.enum(["ask", "deny"], "expected ask or deny: a workspace only tightens") })
        .partial({ agent: true, tool: true, effect: true }),
    )
    .max(100),
});

/** The file is read again at most this often: a fleet that is launched together reads it once. */
const FRESH_MS = 2_000;

/**
 * Keeps up with the rules that the workspace brings. They only tighten; a file that cannot be understood means that
 * everything in this workspace is asked about, never that its rules are forgotten.
 */
export class WorkspaceRules {
  readonly #options: WorkspaceRulesOptions;
  #readAt = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> = Promise.resolve();

  constructor(options: WorkspaceRulesOptions) {
    this.#options = options;
  }

  /** Reads the file unless it was read a moment ago. To be called before agents start. Never throws. */
  refresh(): Promise<void> {
    const now = this.#options.clock.mono();
    // Whoever comes while it is read waits as well.
    if (now - this.#readAt >= FRESH_MS) {
      this.#readAt = now;
      this.#reading = this.#read();
    }
    return this.#reading;
  }

  async #read(): Promise<void> {
    const { files, workspace, book } = this.#options;
    book.setWorkspaceRules(await readRules(files, workspace));
  }
}

export interface WorkspaceRulesOptions {
  readonly files: FileTree;
  /** Absolute. */
  readonly workspace: string;
  readonly book: AccessBook;
  readonly clock: Clock;
}

async function readRules(files: FileTree, workspace: string): Promise<readonly RuleDraft[]> {
  const here = { workspace, expiresAt: null };
  let text: string;
  try {
    text = (await files.read(WORKSPACE_RULES_FILE, FILE_BYTES)).text;
  } catch (thrown) {
    if (toErrorData(thrown).code === "not-found") return [];
    return [{ ...ASK_ALWAYS, ...here }];
  }
  try {
    const { rules } = fileSchema.parse(JSON.parse(text));
    return rules.map((rule) => ({ agent: null, tool: null, effect: null, ...rule, ...here }));
  } catch {
    return [{ ...ASK_ALWAYS, ...here }];
  }
}

const ASK_ALWAYS = { verdict: "ask", agent: null, tool: null, effect: null, pattern: "**" } as const;
