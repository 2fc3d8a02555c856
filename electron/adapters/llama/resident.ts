import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { AgentId, CoreId } from "../../../shared/ids.ts";
import type { LocalModelConfig } from "../../../shared/local-models.ts";
import type { Clock } from "../../kernel/ports.ts";
import { type ChatFormat, createChatFormat } from "./chat-format.ts";
import { createEmbeddings, type Embeddings } from "./embeddings.ts";
import { type LoadedModel, type LoadOptions, loadModel } from "./loaded-model.ts";
import { PlacePool } from "./place-pool.ts";
import { Prompts } from "./prompt.ts";
import { SharedPrefixes } from "./shared-prefixes.ts";
import type { Speeds } from "./speeds.ts";
import { StateFiles } from "./state-files.ts";
import { TurnJournal } from "./turn-journal.ts";

/** A loaded model with everything that belongs to it while it is. */
export interface Resident {
  readonly loaded: LoadedModel;
  readonly format: ChatFormat;
  /** Whether a token ends the answer. */
  readonly isEnd: (token: number) => boolean;
  readonly prompts: Prompts;
  readonly pool: PlacePool;
  readonly files: StateFiles;
  readonly journal: TurnJournal;
  readonly prefixes: SharedPrefixes;
  readonly embeddings: Embeddings;
  /** Saves what fits on disk and frees the rest. Never rejects. */
  free(): Promise<void>;
}

export interface ResidentOptions extends LoadOptions {
  readonly folders: CoreFolders;
  readonly kvDiskBytes: number;
  readonly speeds: Speeds;
  readonly clock: Clock;
}

/** Longest text of an embedding: what is embedded are short notes, and each token of it costs memory. */
const EMBEDDING_TOKENS = 2_048;

/** Where one core keeps what survives its process. */
export interface CoreFolders {
  readonly states: string;
  readonly turns: string;
}

export function foldersOf(statesFolder: string, coreId: CoreId): CoreFolders {
  const own = join(statesFolder, createHash("sha256").update(coreId).digest("hex").slice(0, 16));
  return { states: join(own, "states"), turns: join(own, "turns") };
}

/** Throws `addon-missing`, `model-file-unusable`. */
export async function openResident(config: LocalModelConfig, options: ResidentOptions): Promise<Resident> {
  const { folders, speeds, clock } = options;
  const loaded = await loadModel(config, options);
  try {
    await mkdir(folders.states, { recursive: true });
    const files = await StateFiles.open(folders.states, loaded.configuration, options.kvDiskBytes);
    const journal = await TurnJournal.open(folders.turns, loaded.identity, clock);
    const format = formatOf(loaded);
    const endOfTurn = endOfTurnOf(loaded, format);
    const pool = new PlacePool({
      context: loaded.context,
      sequences: loaded.sequences,
      kvBytesPerToken: loaded.facts.kvBytesPerToken,
      files,
      folder: folders.states,
      speeds,
      clock,
    });
    const embeddings = createEmbeddings(loaded.model, {
      clock,
      contextTokens: Math.min(config.contextTokens, EMBEDDING_TOKENS),
      threads: loaded.threads,
    });
    return {
      loaded,
      format,
      isEnd: (token) => token === endOfTurn || loaded.model.isEogToken(token),
      prompts: new Prompts(loaded.model, format),
      pool,
      files,
      journal,
      prefixes: new SharedPrefixes(files),
      embeddings,
      free: async () => {
        await embeddings.close();
        await pool.saveAll();
        await journal.settle();
        await loaded.dispose();
      },
    };
  } catch (thrown) {
    await loaded.dispose();
    throw thrown;
  }
}

/** Removes what is kept of an owner while no model is loaded. Never rejects. */
export async function forgetOnDisk(folders: CoreFolders, owner: AgentId): Promise<void> {
  await Promise.all([
    StateFiles.removeFrom(folders.states, owner),
    TurnJournal.removeFrom(folders.turns, owner),
  ]);
}

/** Token types of a GGUF file: control, and defined by its maker. */
const SPECIAL_TYPES = new Set([3, 4]);

const tokenizerSchema = z.object({
  tokenizer: z.object({
    chat_template: z.string().nullish(),
    ggml: z.object({ tokens: z.array(z.string()), token_type: z.array(z.number()) }).optional(),
  }),
});

function formatOf({ model }: LoadedModel): ChatFormat {
  const read = tokenizerSchema.safeParse(model.fileInfo.metadata);
  const { chat_template: template, ggml } = read.success ? read.data.tokenizer : {};
  const special = ggml?.tokens.filter((_, token) => SPECIAL_TYPES.has(ggml.token_type[token] ?? 0)) ?? [];
  return createChatFormat({
    template: template ?? null,
    bosToken: model.tokens.bosString ?? "",
    eosToken: model.tokens.eosString ?? "",
    specialTokens: special.filter((text) => text !== ""),
  });
}

/** The token that ends a turn by the template, where the file does not say so of it; null for none. */
function endOfTurnOf({ model }: LoadedModel, format: ChatFormat): number | null {
  if (format.endOfTurn === null) return null;
  const [token, ...more] = model.tokenize(format.endOfTurn, true, "trimLeadingSpace");
  return more.length === 0 ? (token ?? null) : null;
}
