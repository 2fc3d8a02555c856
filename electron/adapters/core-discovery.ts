import { type CoreConfig, coreConfigSchema } from "../../shared/cores.ts";
import { askerOf, chatModels, describeModels, type KnownServer } from "./openai/known-servers.ts";
import { type ListedModel, listModels } from "./openai/model-list.ts";
import {
  identifyAddress,
  normaliseBaseUrl,
  OPENAI_BASE_URL,
  SERVER_NAMES,
} from "./openai/server-identity.ts";

/** Where to look on 127.0.0.1; null leaves a server out. */
export type DiscoveryPorts = Readonly<Record<KnownServer, number | null>>;

export const DEFAULT_PORTS: DiscoveryPorts = {
  ollama: 11434,
  "lm-studio": 1234,
  "llama-server": 8080,
  vllm: 8000,
};

export interface DiscoveryOptions {
  /** Variables of the process: OPENAI_API_KEY, OPENAI_BASE_URL, OPENAI_MODEL, and Ollama's own. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly ports?: DiscoveryPorts;
}

export interface DiscoveredCore {
  readonly config: CoreConfig;
  readonly apiKey: string | null;
  /** Where the server says it. */
  readonly embeddings?: "native" | "none";
}

/** A program on this machine answers in a few ms or is not there. Asked twice at most: 1.4 s in all. */
const LOCAL_TIMEOUT_MS = 700;
const REMOTE_TIMEOUT_MS = 1_500;
const MODELS_PER_SERVER = 20;
/** Calls at once to a hosted service, whose real limits show only as 429. */
const REMOTE_SLOTS = 4;
/** First where nothing else is wished for: the newest model of a hosted list is often the dearest. */
const DEFAULT_OPENAI_MODEL = "gpt-5-mini";

/**
 * Looks for models on this machine and in the environment, all at once. A program that does not answer with a
 * proper list of models is not taken for a model server. Never throws; takes less than 2 s.
 */
export async function discoverCores(options: DiscoveryOptions): Promise<readonly DiscoveredCore[]> {
  const ports = options.ports ?? DEFAULT_PORTS;
  const servers: readonly KnownServer[] = ["ollama", "lm-studio", "llama-server", "vllm"];
  const [fromEnvironment, ...found] = await Promise.all([
    quietly(() => coresOfEnvironment(options)),
    ...servers.map((server) => quietly(() => coresOfServer(server, ports[server], options))),
  ]);
  const local = found.flat();
  // OPENAI_BASE_URL often names one of the local servers: the core that knows its slots is kept.
  const known = new Set(local.map(placeOf));
  return [...local, ...fromEnvironment.filter((core) => !known.has(placeOf(core)))];
}

/** Another name of this machine is the same place. */
const placeOf = ({ config }: DiscoveredCore): string =>
  `${config.baseUrl.replace("//localhost:", "//127.0.0.1:")} ${config.model}`;

async function quietly(look: () => Promise<readonly DiscoveredCore[]>): Promise<readonly DiscoveredCore[]> {
  try {
    return await look();
  } catch {
    return [];
  }
}

async function coresOfServer(
  server: KnownServer,
  port: number | null,
  options: DiscoveryOptions,
): Promise<readonly DiscoveredCore[]> {
  if (port === null) return [];
  const origin = `http://127.0.0.1:${port}`;
  const baseUrl = `${origin}/v1`;
  const signal = () => AbortSignal.any([options.signal, AbortSignal.timeout(LOCAL_TIMEOUT_MS)]);
  const listed = await listOf(baseUrl, null, signal(), LOCAL_TIMEOUT_MS);
  const models = await describeModels(
    server,
    chatModels(listed, MODELS_PER_SERVER),
    askerOf(origin, signal),
    options.environment,
  );
  return models.flatMap(({ model, slots, contextTokens, embeddings = "none" }) =>
    checked({
      id: `${server}/${model}`,
      title: `${model} (${SERVER_NAMES[server]})`,
      baseUrl,
      model,
      source: "found",
      slots,
      contextTokens,
    }).map((core) => ({ ...core, embeddings })),
  );
}

async function coresOfEnvironment(options: DiscoveryOptions): Promise<readonly DiscoveredCore[]> {
  const apiKey = options.environment.OPENAI_API_KEY?.trim() || null;
  const address = options.environment.OPENAI_BASE_URL?.trim() || null;
  const wished = options.environment.OPENAI_MODEL?.trim() || null;
  if (apiKey === null && address === null) return [];
  const baseUrl = normaliseBaseUrl(address ?? OPENAI_BASE_URL);
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(REMOTE_TIMEOUT_MS)]);
  const listed = await listOf(baseUrl, apiKey, signal, REMOTE_TIMEOUT_MS).catch(() => []);
  const newestFirst = chatModels(
    listed.toSorted((left, right) => right.created - left.created),
    MODELS_PER_SERVER,
  );
  const usual = listed.length === 0 || listed.some((model) => model.id === DEFAULT_OPENAI_MODEL);
  const first = wished ?? (apiKey !== null && usual ? DEFAULT_OPENAI_MODEL : null);
  const others = newestFirst.filter((model) => model.id !== first);
  const known = listed.find((model) => model.id === first);
  const models: readonly ListedModel[] =
    first === null ? others : [known ?? { id: first, contextTokens: null, created: 0 }, ...others];
  return models.slice(0, MODELS_PER_SERVER).flatMap(({ id, contextTokens }) =>
    checked(
      {
        id: `openai/${id}`,
        title: id,
        baseUrl,
        model: id,
        source: "environment",
        slots: REMOTE_SLOTS,
        contextTokens,
      },
      apiKey,
    ),
  );
}

function listOf(
  baseUrl: string,
  apiKey: string | null,
  signal: AbortSignal,
  timeoutMs: number,
): Promise<readonly ListedModel[]> {
  const server = identifyAddress("The server", baseUrl, "any model", apiKey);
  return listModels({ baseUrl, apiKey, server, form: "strict", signal, timeoutMs, now: 0 });
}

/** What a server calls its models is foreign text: one that makes no valid core is left out. */
function checked(
  candidate: Omit<CoreConfig, "id"> & { readonly id: string },
  apiKey: string | null = null,
): readonly DiscoveredCore[] {
  const parsed = coreConfigSchema.safeParse(candidate);
  return parsed.success ? [{ config: parsed.data, apiKey }] : [];
}
