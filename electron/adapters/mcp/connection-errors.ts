import { StreamableHTTPError } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { McpError } from "@modelcontextprotocol/sdk/types.js";
import { KernelError } from "../../../shared/errors.ts";
import type { ServerName } from "../../../shared/ids.ts";
import { BROKE_OFF } from "./guarded-body.ts";
import { ERROR_CHARACTERS } from "./limits.ts";
import type { Redact } from "./redaction.ts";

/** Words for anything thrown: the cause where there is one, for `fetch failed` alone says nothing. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? wordsOf(error.cause) : "";
  const message = error.message === "" && "code" in error ? String(error.code) : error.message;
  return cause === "" ? message : `${message}: ${cause}`;
}

/** What the server answered, as a KernelError. The connection itself is well. */
export function answeredError(server: ServerName, error: unknown, redact: Redact): KernelError {
  if (error instanceof KernelError) return error;
  const text = redact(wordsOf(error)).slice(0, ERROR_CHARACTERS);
  if (error instanceof McpError && error.data === BROKE_OFF) {
    return new KernelError("server-crashed", `The answer of ${server} broke off`);
  }
  if (error instanceof McpError) {
    return new KernelError("tool-failed", text.replace(/^MCP error -?\d+: /, ""));
  }
  if (error instanceof StreamableHTTPError) {
    return new KernelError("server-failed", `${server} refused the request: ${text}`, hintFor(error.code));
  }
  // What remains is an answer that is not of the protocol.
  return new KernelError("tool-failed", `${server} gave an answer that cannot be understood: ${text}`);
}

/** Why a server could not be started or reached. `lastWords`: what it printed. */
export function startError(
  server: ServerName,
  error: unknown,
  lastWords: string,
  redact: Redact,
): KernelError {
  if (error instanceof KernelError) return error;
  const text = redact(wordsOf(error)).slice(0, ERROR_CHARACTERS);
  const message = `${server} could not be started: ${text}`;
  const hint = error instanceof StreamableHTTPError ? hintFor(error.code) : startHint(error);
  return new KernelError("server-failed", withLastWords(message, redact(lastWords)), hint);
}

export const withLastWords = (message: string, lastWords: string): string =>
  lastWords === "" ? message : `${message}. It last printed:\n${lastWords}`;

function hintFor(status: number | undefined): { readonly hint?: string } {
  switch (status) {
    case 401:
    case 403:
      return { hint: "Check the server's headers: it does not accept the key that was given" };
    case 404:
      return { hint: "Check the server's address" };
    default:
      return {};
  }
}

function startHint(error: unknown): { readonly hint?: string } {
  if (!(error instanceof Error && "code" in error)) return {};
  switch (error.code) {
    case "ENOENT":
      return { hint: "Check that the command is installed and that its working folder exists" };
    case "EACCES":
      return { hint: "Check that the command is a program that may be run" };
    default:
      return {};
  }
}
