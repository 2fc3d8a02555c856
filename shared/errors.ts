import type { z } from "zod";

/** Every way a call can fail, with the HTTP status the doors answer it with. */
export const ERROR_STATUS = {
  "bad-input": 400,
  "unknown-method": 404,
  "not-found": 404,
  conflict: 409,
  "not-allowed": 403,
  denied: 403,
  cancelled: 499,
  "deadline-exceeded": 504,
  "budget-exceeded": 402,
  "limit-reached": 429,
  "queue-full": 429,
  "model-refused-connection": 502,
  "model-unauthorised": 401,
  "model-not-found": 404,
  "model-rate-limited": 429,
  "model-server-error": 502,
  "model-timed-out": 504,
  "model-stream-dropped": 502,
  "model-stream-malformed": 502,
  "model-tool-call-malformed": 502,
  "model-bad-request": 400,
  "model-file-unusable": 422,
  "addon-missing": 501,
  "context-too-long": 413,
  "tool-failed": 500,
  "tool-timed-out": 504,
  "tool-changed": 409,
  "server-not-ready": 503,
  "server-crashed": 502,
  "server-failed": 502,
  "sandbox-missing": 501,
  "approval-void": 409,
  "outside-workspace": 403,
  "private-address": 403,
  "page-unreachable": 502,
  "storage-failed": 507,
  "data-folder-in-use": 409,
  "database-damaged": 500,
  "outcome-unknown": 500,
  disconnected: 503,
  "read-only": 409,
  internal: 500,
} as const;

export type ErrorCode = keyof typeof ERROR_STATUS;

/** An error as data: what is logged, sent to screens and shown to a model. Holds no secret and no stack. */
export interface KernelErrorData {
  readonly code: ErrorCode;
  /** What happened, naming the thing. */
  readonly message: string;
  /** The way out, when there is one. */
  readonly hint?: string | undefined;
  /** The input field at fault, as a dotted path. */
  readonly field?: string | undefined;
  /** Wall time in ms before which a retry is pointless. */
  readonly retryAt?: number | undefined;
}

/** The only error that crosses a room's door. `data` is safe to show. */
export class KernelError extends Error {
  readonly data: KernelErrorData;

  constructor(code: ErrorCode, message: string, extra: Omit<KernelErrorData, "code" | "message"> = {}) {
    super(message);
    this.name = "KernelError";
    this.data = { code, message, ...extra };
  }

  static from(data: KernelErrorData): KernelError {
    const { code, message, ...extra } = data;
    return new KernelError(code, message, extra);
  }
}

/** Any thrown value as error data. Never throws. An unexpected one becomes `internal`, with its message. */
export function toErrorData(thrown: unknown): KernelErrorData {
  if (thrown instanceof KernelError) return thrown.data;
  const message = thrown instanceof Error ? thrown.message : typeof thrown === "string" ? thrown : "unknown";
  return { code: "internal", message };
}

/** Bad input as error data: the first failing field, its path and what was expected. */
export function badInput(subject: string, error: z.ZodError): KernelError {
  const issue = firstIssue(error.issues);
  const path = issue?.code === "unrecognized_keys" ? [...issue.path, issue.keys[0]] : (issue?.path ?? []);
  const field = path.map(String).join(".");
  const where = field === "" ? subject : `${subject}: ${field}`;
  return new KernelError(
    "bad-input",
    `${where}: ${issue?.message ?? "invalid"}`,
    field === "" ? {} : { field },
  );
}

/** Of a union, the issue of the member that the input fits best: the one with the fewest issues. */
function firstIssue(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue | undefined {
  const issue = issues[0];
  if (issue?.code !== "invalid_union" || issue.errors.length === 0) return issue;
  const [nearest = []] = issue.errors.toSorted((a, b) => a.length - b.length);
  const inner = firstIssue(nearest);
  return inner && { ...inner, path: [...issue.path, ...inner.path] };
}

/** Makes a switch exhaustive: the compiler refuses a missing case, and the run time a foreign value. */
export function assertNever(value: never): never {
  throw new Error(`Unexpected value: ${JSON.stringify(value)}`);
}

/** Panics when an invariant of the kernel does not hold: a bug of ours, never of the caller. */
export function invariant(condition: unknown, what: string): asserts condition {
  if (!condition) throw new Error(`Invariant broken: ${what}`);
}
