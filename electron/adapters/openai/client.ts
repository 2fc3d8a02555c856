import { OpenAI } from "openai";
import { readBounded } from "./bounded-body.ts";

/** Bytes of a refusal that are read; the rest says nothing more. */
const REFUSAL_BYTES = 64 * 1024;

/** An answer with a status other than 2xx, with its text as it came. */
export class HttpRefusal extends Error {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;

  constructor(status: number, headers: Headers, body: string) {
    super(`HTTP ${status}`);
    this.name = "HttpRefusal";
    this.status = status;
    this.headers = headers;
    this.body = body;
  }
}

/** Asks once, follows no redirect, and throws HttpRefusal for any status but 2xx. Throws what `fetch` throws too. */
export async function fetchOrRefuse(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  const response = await fetch(input, { ...init, redirect: "manual" });
  if (response.ok) return response;
  const { text } = await readBounded(response, REFUSAL_BYTES);
  throw new HttpRefusal(response.status, response.headers, text);
}

/**
 * An SDK client that never retries, prints nothing and follows no redirect (a redirect would carry the prompt to an
 * address nobody chose). A refusal is thrown as the cause of the SDK's error, as HttpRefusal: the SDK itself keeps
 * only errors in OpenAI's own shape, and reads them without a bound.
 */
export function createClient(baseUrl: string, apiKey: string | null, timeoutMs: number): OpenAI {
  const key = apiKey?.trim() ?? "";
  return new OpenAI({
    baseURL: baseUrl,
    apiKey: key === "" ? "none" : key,
    ...(key === "" ? { defaultHeaders: { Authorization: null } } : {}),
    organization: null,
    project: null,
    maxRetries: 0,
    timeout: timeoutMs,
    logLevel: "off",
    fetch: fetchOrRefuse,
  });
}
