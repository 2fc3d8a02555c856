import type { CoreConfig } from "../../../shared/cores.ts";
import type { AnswerForm } from "./text-joint.ts";

/** How a server is asked to continue a partial answer that stands last among the messages. */
export interface ContinuationTrait {
  /** Fields of the request. */
  readonly request: { readonly continue_final_message?: true; readonly add_generation_prompt?: false };
  /** Fields of that last message. */
  readonly message: { readonly prefix?: true };
  /** The path of the address that does it; null for the usual one. */
  readonly path: string | null;
  readonly answers: AnswerForm;
}

/** What is known of a server beyond the interface that all share. */
export interface ServerTraits {
  readonly continuation: ContinuationTrait | null;
  readonly jsonSchema: "native" | "none";
  /** Who counts tokens: a library, or the server's own `/tokenize` in one of its forms. */
  readonly tokens: "library" | "llama-server" | "vllm" | null;
}

const PLAIN: ServerTraits = { continuation: null, jsonSchema: "none", tokens: null };

/**
 * Sources: llama.cpp tools/server/README.md (`--prefill-assistant`, on by default since pull request 13174;
 * `response_format`; POST /tokenize). vLLM docs, "OpenAI-Compatible Server", extra parameters of the chat API
 * (`echo` is off, so that only the rest comes), structured outputs, Tokenizer API.
 */
const BY_PROGRAM: Readonly<Record<string, ServerTraits>> = {
  "llama-server": {
    continuation: { request: {}, message: {}, path: null, answers: "rest" },
    jsonSchema: "native",
    tokens: "llama-server",
  },
  vllm: {
    continuation: {
      request: { continue_final_message: true, add_generation_prompt: false },
      message: {},
      path: null,
      answers: "rest",
    },
    jsonSchema: "native",
    tokens: "vllm",
  },
};

/**
 * Sources: OpenAI, "Structured model outputs". DeepSeek API docs, "Chat Prefix Completion (Beta)": `prefix`, and
 * the address api.deepseek.com/beta. Mistral docs, "Prefix": the answer holds the prefix too.
 */
const BY_HOST: Readonly<Record<string, ServerTraits>> = {
  "api.openai.com": { continuation: null, jsonSchema: "native", tokens: "library" },
  "api.deepseek.com": {
    continuation: { request: {}, message: { prefix: true }, path: "/beta", answers: "rest" },
    jsonSchema: "none",
    tokens: null,
  },
  "api.mistral.ai": {
    continuation: { request: {}, message: { prefix: true }, path: null, answers: "whole" },
    jsonSchema: "none",
    tokens: null,
  },
};

/** Whether the address is that of a hosted service that is known. */
export const isKnownService = (baseUrl: string): boolean => Object.hasOwn(BY_HOST, new URL(baseUrl).host);

/** By the program that discovery found, else by the host of the address. */
export function traitsOf(config: Pick<CoreConfig, "id" | "source" | "baseUrl">): ServerTraits {
  if (config.source === "found") {
    const program = config.id.split("/")[0] ?? "";
    return (Object.hasOwn(BY_PROGRAM, program) ? BY_PROGRAM[program] : undefined) ?? PLAIN;
  }
  const { host } = new URL(config.baseUrl);
  return (isKnownService(config.baseUrl) ? BY_HOST[host] : undefined) ?? PLAIN;
}
