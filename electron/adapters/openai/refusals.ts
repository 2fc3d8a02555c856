import { type ErrorCode, KernelError, type KernelErrorData } from "../../../shared/errors.ts";
import { retryAtOf } from "./retry-after.ts";
import { quote } from "./scrub.ts";
import type { ServerIdentity } from "./server-identity.ts";

/** What a server said when it would not answer. `status` is null for an error inside a stream that began well. */
export interface Refusal {
  readonly status: number | null;
  readonly headers: Headers;
  readonly body: string;
}

interface Details {
  readonly message: string;
  readonly code: string;
  readonly type: string;
}

/** Known ways of saying that the prompt does not fit: OpenAI and vLLM, llama-server, LM Studio, Ollama, others. */
const TOO_LONG = [
  /context_length_exceeded|exceed_context_size|context_exceeded/,
  /maximum context length|max(imum)? model length|max_model_len/i,
  /exceeds? the (available |maximum |model's )?(context|model)( size| length| window)/i,
  /context (size|length|window) (has been |was )?exceeded|exceeds? context (size|length|window)/i,
  /exceeded max context length|exceeds maximum context length|exceed context window/i,
  /when context the overflows|context overflow|reached context length/i,
  /(greater|longer) than the context length|prompt (is )?too long|input token count .*exceeds/i,
];
const NO_QUOTA =
  /insufficient_quota|billing_hard_limit|exceeded your current quota|insufficient (balance|credits)/i;

/** A refusal as the error that ends the call. `now` is wall time in ms. */
export function refusalError(refusal: Refusal, server: ServerIdentity, now: number): KernelError {
  const details = detailsOf(refusal.body);
  const said = `${details.code} ${details.type} ${details.message}`;
  const status = refusal.status ?? statusOf(details);
  const text = quote(details.message, server.secret);
  const error = (code: ErrorCode, what: string, extra: Omit<KernelErrorData, "code" | "message"> = {}) =>
    new KernelError(code, `${server.subject} ${what}`, extra);
  const withText = (what: string) => (text === "" ? what : `${what}: ${text}`);

  if (TOO_LONG.some((pattern) => pattern.test(said))) {
    return error("context-too-long", withText(`cannot fit the prompt into the context of ${server.model}`), {
      hint: "Shorten the task, or choose a model with a larger context in Models.",
    });
  }
  if (status === 402 || NO_QUOTA.test(said)) {
    return error("model-rate-limited", withText("says that the account has no quota left"), {
      hint: "Waiting does not help: check plan and billing of the account, or choose another model in Models.",
    });
  }
  if (/model_not_found|model_not_exist/.test(said)) return notFound(server, withText);
  switch (status) {
    case 401:
    case 403:
      return error("model-unauthorised", withText(`refused the key (${status})`), {
        hint:
          server.secret === null
            ? "It wants a key: add the model again in Models with one."
            : "Check the key in Models, or choose another model.",
      });
    case 404:
      return notFound(server, withText);
    case 408:
      return error("model-timed-out", withText("gave up waiting for the request (408)"));
    case 429: {
      const retryAt = retryAtOf(refusal.headers, now);
      return error("model-rate-limited", withText("asks to slow down (429)"), {
        hint: "The call can be made again later; fewer slots for this model in Models keep below the limit.",
        ...(retryAt === null ? {} : { retryAt }),
      });
    }
    case null:
      return error("model-stream-malformed", withText("broke off its answer with an error"));
    default:
      return otherStatus(status);
  }

  function otherStatus(number: number): KernelError {
    if (number >= 500) {
      const retryAt = retryAtOf(refusal.headers, now);
      return error("model-server-error", withText(`failed (${number})`), {
        hint: "Try again; if it stays so, the log of that server tells more.",
        ...(retryAt === null ? {} : { retryAt }),
      });
    }
    if (number >= 300 && number < 400) {
      const target = quote(refusal.headers.get("location") ?? "another address", server.secret);
      return error("model-bad-request", `sends requests on to ${target}, which are not followed`, {
        hint: "Add the model in Models with the address that it names.",
      });
    }
    const noTools = /does not support tools|tool choice requires|tools? (is|are) not supported/i.test(said);
    return error("model-bad-request", withText(`rejected the request (${number})`), {
      ...(noTools ? { hint: "Choose a model that can use tools in Models." } : {}),
    });
  }
}

function notFound(server: ServerIdentity, withText: (what: string) => string): KernelError {
  return new KernelError("model-not-found", `${server.subject} ${withText(`has no model ${server.model}`)}`, {
    hint: "Check the model's name and the address, which mostly ends in /v1, in Models.",
  });
}

/**
 * Message, code and type out of the shapes in use: `{error: {...}}`, `{error: "..."}`, flat, `{detail}`, text. A
 * server that passes on the refusal of another one (Ollama that of its runner) holds it as text.
 */
function detailsOf(body: string): Details {
  const parsed = parseObject(body);
  if (typeof parsed?.error === "string" && parseObject(parsed.error)?.error !== undefined) {
    return detailsOf(parsed.error);
  }
  if (parsed === null) return { message: isMarkup(body) ? "" : body, code: "", type: "" };
  const { error: inner = parsed } = parsed;
  const { message, detail, code, type } = isObject(inner) ? inner : { message: inner };
  return {
    message: asText(message ?? detail ?? parsed.message ?? body),
    code: asText(code),
    type: asText(type),
  };
}

interface LooseObject {
  readonly error?: unknown;
  readonly message?: unknown;
  readonly detail?: unknown;
  readonly code?: unknown;
  readonly type?: unknown;
}

const isMarkup = (text: string): boolean => /^\s*</.test(text);

const isObject = (value: unknown): value is LooseObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function parseObject(text: string): LooseObject | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "string") return { message: value };
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function asText(value: unknown): string {
  if (typeof value === "string") return value;
  return value === undefined || value === null ? "" : JSON.stringify(value);
}

/** The HTTP status that an error inside a stream stands for, where it says so. */
function statusOf(details: Details): number | null {
  const code = Number(details.code);
  if (Number.isInteger(code) && code >= 400 && code <= 599) return code;
  const name = `${details.code} ${details.type}`;
  if (/rate_limit|too_many_requests/.test(name)) return 429;
  if (/invalid_api_key|authentication|unauthori[sz]ed|permission/.test(name)) return 401;
  if (/not_found/.test(name)) return 404;
  if (/server_error|overloaded|internal|unavailable/.test(name)) return 500;
  return /invalid_request|bad_?request/i.test(name) ? 400 : null;
}
