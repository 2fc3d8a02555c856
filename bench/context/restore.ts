import { rmSync } from "node:fs";
import { join } from "node:path";
import { addOnEntry } from "../../electron/adapters/llama/add-on-folder.ts";
import { createLlamaCore } from "../../electron/adapters/llama-core.ts";
import { createSystemClock } from "../../electron/adapters/system-clock.ts";
import { PROGRAM_FOLDER } from "../../electron/boot.ts";
import type { CompletionOutcome, LlmCore, ResumeState } from "../../electron/kernel/ports.ts";
import type { SwitchReport } from "../../shared/context.ts";
import { agentId } from "../../shared/ids.ts";
import type { LocalModelConfig } from "../../shared/local-models.ts";
import { seeded, WORDS } from "./exactness-plan.ts";

/** What one size of context costs to bring back and to read again, in ms, and its state in bytes. */
export interface RestoreCost {
  readonly tokens: number;
  readonly prefillMs: number;
  readonly restoreMs: number;
  readonly saveMs: number;
  readonly bytes: number;
}

/** Reads a context of about `tokens` tokens, has it evicted to disk, and brings it back. */
export async function measureRestore(
  config: LocalModelConfig,
  folder: string,
  tokens: number,
): Promise<RestoreCost> {
  const statesFolder = join(folder, `states-${tokens}`);
  const core = createLlamaCore(
    { ...config, slots: 1, kvRamBytes: 0, contextTokens: tokens + 512 },
    { clock: createSystemClock(), entry: () => addOnEntry(PROGRAM_FOLDER), statesFolder },
  );
  try {
    const text = await textOf(core, tokens);
    const first = await turn(core, 1, text, null);
    const other = await turn(core, 2, await textOf(core, 64), null);
    const back = await turn(core, 1, text, first.resume);
    if (back.report.from !== "disk")
      throw new Error(`The state came from ${back.report.from}, not from disk`);
    return {
      tokens: first.report.prefilledTokens,
      prefillMs: first.report.prefillMs,
      restoreMs: back.report.restoreMs,
      saveMs: other.report.evicted?.ms ?? Number.NaN,
      bytes: back.report.restoredBytes,
    };
  } finally {
    await core.close();
    rmSync(statesFolder, { recursive: true, force: true });
  }
}

/** Words that make about so many tokens. */
async function textOf(core: LlmCore, tokens: number): Promise<string> {
  const random = seeded(tokens);
  const words: string[] = [];
  for (let count = 0; count < tokens; ) {
    const more = Array.from({ length: 64 }, () => WORDS[Math.floor(random() * WORDS.length)] ?? "");
    const counted = await core.countTokens?.([more.join(" ")]);
    count += counted?.counts[0] ?? 64;
    words.push(...more);
  }
  return words.join(" ");
}

async function turn(core: LlmCore, owner: number, prompt: string, resume: ResumeState | null) {
  let report: SwitchReport | null = null;
  let made = 0;
  const outcome: CompletionOutcome = await core.complete(
    {
      messages: [{ role: "user", content: prompt }],
      tools: [],
      maxOutputTokens: 64,
      resume,
      owner: agentId(owner),
    },
    {
      signal: new AbortController().signal,
      output: (_, tokens) => {
        made += tokens;
      },
      restart: () => {},
      shouldYield: () => made >= 2,
      switched: (each) => {
        report = each;
      },
    },
  );
  if (report === null) throw new Error("The core reported no switch");
  return { report: report as SwitchReport, resume: outcome.type === "yielded" ? outcome.resume : null };
}
