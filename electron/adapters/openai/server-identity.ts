import type { CoreConfig } from "../../../shared/cores.ts";

/** Whom an error speaks of, and what must never stand in it. */
export interface ServerIdentity {
  /** For the start of a sentence: `Ollama at 127.0.0.1:11434`. */
  readonly subject: string;
  /** Host and port. */
  readonly address: string;
  readonly model: string;
  readonly secret: string | null;
}

/** Programs that serve models, by the first part of a found core's id. */
export const SERVER_NAMES: Readonly<Record<string, string>> = {
  ollama: "Ollama",
  "lm-studio": "LM Studio",
  "llama-server": "llama-server",
  vllm: "vLLM",
};

export const OPENAI_BASE_URL = "https://api.openai.com/v1";

/**
 * The address that requests are built on. People paste addresses in several forms: credentials, query, fragment,
 * trailing slashes and `/chat/completions` are taken off, and `/v1` is added where there is no path.
 */
export function normaliseBaseUrl(text: string): string {
  const url = new URL(text);
  const path = url.pathname.replace(/\/+$/, "").replace(/\/chat\/completions$/, "");
  return `${url.protocol}//${url.host}${path === "" ? "/v1" : path}`;
}

export function identifyServer(config: CoreConfig, apiKey: string | null): ServerIdentity {
  const url = new URL(config.baseUrl);
  return identifyAddress(serverName(config, url), config.baseUrl, config.model, apiKey);
}

/** `name` is what the server is called in errors. */
export function identifyAddress(
  name: string,
  baseUrl: string,
  model: string,
  apiKey: string | null,
): ServerIdentity {
  const { host } = new URL(baseUrl);
  return { subject: name.includes(host) ? name : `${name} at ${host}`, address: host, model, secret: apiKey };
}

function serverName(config: CoreConfig, url: URL): string {
  switch (config.source) {
    case "found":
      return SERVER_NAMES[config.id.split("/")[0] ?? ""] ?? "The server";
    case "environment":
      return url.host === new URL(OPENAI_BASE_URL).host ? "OpenAI" : "The server of OPENAI_BASE_URL";
    case "added":
      return config.title;
  }
}
