import type { CoreConfig, CoreTestResult } from "../../shared/cores.ts";
import { KernelError, toErrorData } from "../../shared/errors.ts";
import { coreId } from "../../shared/ids.ts";
import type { Clock, CoreFactory, LlmCore } from "../kernel/ports.ts";
import { type DiscoveryPorts, discoverCores } from "./core-discovery.ts";
import { createOfflineCore } from "./offline-core.ts";
import { ProbingCore } from "./ollama/probing-core.ts";
import { createOllamaCore } from "./ollama-core.ts";
import { type ListedModel, listModels } from "./openai/model-list.ts";
import { identifyServer, normaliseBaseUrl } from "./openai/server-identity.ts";
import { isKnownService } from "./openai/server-traits.ts";
import { createOpenAiCore } from "./openai-core.ts";

/** A test may have to load a model from disk, and a person is waiting. */
const TEST_MS = 20_000;
/** Models that a report names. */
const REPORTED = 200;

export interface CoreFactoryOptions {
  readonly clock: Clock;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Speed of the offline core, asked again for each answer. */
  readonly tokensPerSecond: () => number;
  /** Opens model files; without it each is refused with `addon-missing`. */
  readonly openLocal?: CoreFactory["openLocal"];
  /** Where discovery looks on this machine. */
  readonly ports?: DiscoveryPorts;
  /** Most time of one test in ms. */
  readonly testMs?: number;
}

/** All cores of both hosts: the offline core, those found, and those added by address. */
export function createCoreFactory(options: CoreFactoryOptions): CoreFactory {
  const { clock, environment, tokensPerSecond, ports } = options;
  const builtIn: readonly LlmCore[] = [createOfflineCore({ clock, tokensPerSecond })];
  /** Found models that make embeddings: no part of what is kept of a core. */
  let embedders: ReadonlySet<string> = new Set();

  function openCore(config: CoreConfig, apiKey: string | null, embeddings: "native" | "none"): LlmCore {
    const ollama = () => createOllamaCore(config, apiKey, { clock, environment, embeddings });
    if (config.source === "found") {
      return config.id.startsWith("ollama/") ? ollama() : createOpenAiCore(config, apiKey, { clock });
    }
    const usual = createOpenAiCore(config, apiKey, { clock });
    if (isKnownService(config.baseUrl) || !ProbingCore.fits(config.baseUrl)) return usual;
    return new ProbingCore(config.baseUrl, usual, ollama());
  }

  return {
    builtIn: () => builtIn,
    open: (config, apiKey) => openCore(config, apiKey, embedders.has(config.id) ? "native" : "none"),
    openLocal: options.openLocal ?? refuseLocal,
    discover: async (signal) => {
      const found = await discoverCores({ environment, signal, ...(ports ? { ports } : {}) });
      embedders = new Set(
        found.filter((core) => core.embeddings === "native").map(({ config }) => config.id),
      );
      return found.map(({ config, apiKey }) => ({ config, apiKey }));
    },
    test: (baseUrl, model, apiKey, signal) =>
      testCore({
        baseUrl,
        model,
        apiKey,
        signal,
        clock,
        limitMs: options.testMs ?? TEST_MS,
        open: (config) => openCore(config, apiKey, "none"),
      }),
  };
}

const refuseLocal = (): never => {
  throw new KernelError("addon-missing", "The engine for model files is not installed", {
    hint: "Add it in Models, or run npm run addon:llama.",
  });
};

interface CoreTest {
  readonly baseUrl: string;
  readonly model: string;
  readonly apiKey: string | null;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly limitMs: number;
  readonly open: (config: CoreConfig) => LlmCore;
}

/** Lists the models and, where one is named, asks it for a word. `latencyMs` is that of the last answer. */
async function testCore(test: CoreTest): Promise<CoreTestResult> {
  const limit = new AbortController();
  const disarm = test.clock.after(test.limitMs, () => limit.abort());
  const signal = AbortSignal.any([test.signal, limit.signal]);
  try {
    const config = configOf(test);
    const started = test.clock.mono();
    const models = await modelsOf(test, config, signal);
    if (test.model === "") return report(models, test.clock.mono() - started);
    const asked = test.clock.mono();
    await askForAWord(test, config, signal, models);
    return report(models, test.clock.mono() - asked);
  } catch (thrown) {
    return { ok: false, error: toErrorData(endOf(test, limit.signal) ?? thrown) };
  } finally {
    disarm();
  }
}

/** Why the test was ended from outside, if it was. */
function endOf(test: CoreTest, limit: AbortSignal): KernelError | null {
  const where = URL.canParse(test.baseUrl) ? new URL(test.baseUrl).host : "the address";
  if (test.signal.aborted) return new KernelError("cancelled", `The test of ${where} was cancelled`);
  if (!limit.aborted) return null;
  return new KernelError(
    "model-timed-out",
    `The server at ${where} did not answer within ${test.limitMs / 1_000} s`,
    {
      hint: "It may still be loading the model: test it again.",
    },
  );
}

const report = (models: readonly ListedModel[], latencyMs: number): CoreTestResult => ({
  ok: true,
  models: models.slice(0, REPORTED).map((model) => model.id),
  latencyMs: Math.round(latencyMs),
});

function configOf(test: CoreTest): CoreConfig {
  if (!URL.canParse(test.baseUrl)) {
    throw new KernelError("bad-input", "The address is no http or https address", { field: "baseUrl" });
  }
  return {
    id: coreId("test"),
    title: "The server",
    baseUrl: normaliseBaseUrl(test.baseUrl),
    model: test.model === "" ? "any model" : test.model,
    source: "added",
    slots: 1,
    contextTokens: null,
  };
}

/** A server without a list of models may still serve the one that is named: then only that one's answer counts. */
async function modelsOf(
  test: CoreTest,
  config: CoreConfig,
  signal: AbortSignal,
): Promise<readonly ListedModel[]> {
  try {
    return await listModels({
      baseUrl: config.baseUrl,
      apiKey: test.apiKey,
      server: identifyServer(config, test.apiKey),
      form: "lenient",
      signal,
      timeoutMs: test.limitMs,
      now: test.clock.wall(),
    });
  } catch (thrown) {
    const listless = ["model-not-found", "model-stream-malformed", "model-bad-request"];
    if (test.model !== "" && listless.includes(toErrorData(thrown).code)) return [];
    throw thrown;
  }
}

async function askForAWord(
  test: CoreTest,
  config: CoreConfig,
  signal: AbortSignal,
  models: readonly ListedModel[],
): Promise<void> {
  const core = test.open(config);
  try {
    await core.complete(
      { messages: [{ role: "user", content: "Say OK." }], tools: [], maxOutputTokens: 1, resume: null },
      { signal, output: () => undefined, restart: () => undefined, shouldYield: () => false },
    );
  } catch (thrown) {
    const error = toErrorData(thrown);
    // Models that think first can refuse so small a limit; that they refuse it shows that they are there.
    if (error.code === "model-bad-request" && /output limit was reached/.test(error.message)) return;
    if (error.code !== "model-not-found" || models.length === 0) throw thrown;
    const some = models.slice(0, 5).map((model) => model.id);
    throw new KernelError(error.code, error.message, { hint: `It has ${some.join(", ")}.` });
  } finally {
    await core.close();
  }
}
