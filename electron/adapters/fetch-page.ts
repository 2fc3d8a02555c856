import { z } from "zod";
import { KernelError } from "../../shared/errors.ts";
import { adapterTool, type TextTool } from "./adapter-tool.ts";
import { readPageText } from "./fetch-page/page-text.ts";
import { hostAndPort, type Resolve, resolveWithSystem } from "./fetch-page/public-address.ts";
import { requestPage } from "./fetch-page/request.ts";

export interface FetchPageOptions {
  /** `host:port` entries that may be private, as they are at the time of each call. */
  readonly allowedPrivateHosts: () => readonly string[];
  readonly limits?: Partial<FetchPageLimits>;
  /** The system's resolver when absent. */
  readonly resolve?: Resolve;
}

export interface FetchPageLimits {
  /** Bytes of a page, packed and unpacked; the rest is left out. */
  readonly bytes: number;
  /** Milliseconds for everything: names, redirects, body, text. */
  readonly totalMs: number;
  /** Characters that the model reads. */
  readonly characters: number;
}

const DEFAULT_LIMITS: FetchPageLimits = { bytes: 2 * 1024 * 1024, totalMs: 15_000, characters: 20_000 };

const inputSchema = z.object({
  url: z
    .string()
    .trim()
    .max(2_000)
    .refine(
      (text) => /^https?:$/.test(URL.parse(text)?.protocol ?? ""),
      "expected a full http or https address",
    )
    .refine((text) => {
      const url = URL.parse(text);
      return url?.username === "" && url.password === "";
    }, "expected an address without a user name or password")
    .describe("The full address of the page, such as https://example.com/page"),
});

/**
 * The `fetch_page` tool: the text of one public web page. Throws `private-address`, `page-unreachable` with the
 * reason, `tool-timed-out` and `cancelled`.
 */
export function createFetchPage(options: FetchPageOptions): TextTool {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  return adapterTool({
    name: "fetch_page",
    description: "Fetches a public web page and returns its title and readable text.",
    input: inputSchema,
    kind: "tool",
    idempotent: "yes",
    concurrency: 4,
    // The tool's own limit comes first, with the better message.
    timeoutMs: limits.totalMs + 5_000,
    effects: ({ url }) => [{ type: "net", target: hostAndPort(new URL(url)), reversible: "yes" }],
    taints: ({ url }) => [{ type: "web", host: hostAndPort(new URL(url)) }],
    run: async ({ url }, run) => {
      const time = AbortSignal.timeout(limits.totalMs);
      const signal = AbortSignal.any([run.signal, time]);
      try {
        return await orAborted(signal, fetchText(new URL(url), options, limits, signal));
      } catch (error) {
        if (run.signal.aborted) throw new KernelError("cancelled", "Fetching the page was cancelled");
        if (time.aborted) throw timedOut(url, limits.totalMs);
        throw unreachable(url, error);
      }
    },
  });
}

async function fetchText(
  url: URL,
  { allowedPrivateHosts, resolve = resolveWithSystem }: FetchPageOptions,
  limits: FetchPageLimits,
  signal: AbortSignal,
): Promise<string> {
  const page = await requestPage({
    url,
    resolve: (host) => orAborted(signal, resolve(host)),
    allowedPrivateHosts: allowedPrivateHosts(),
    maxBytes: limits.bytes,
    signal,
  });
  const address = new URL(page.url);
  address.hash = "";
  const { title, text } = await readPageText(page, signal);
  const isCut = page.part === "start" || text.length > limits.characters;
  const shown = text.slice(0, limits.characters).replace(/[\ud800-\udbff]$/, "");
  const marker = isCut ? "\n\n[The page goes on; the rest was left out.]" : "";
  return `Title: ${title || "(none)"}\nURL: ${address.href}\n\n${shown}${marker}`;
}

/** Ends with the signal even where the work itself cannot, such as a look-up of the system. */
function orAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(new Error("aborted"));
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

function timedOut(url: string, ms: number): KernelError {
  return new KernelError(
    "tool-timed-out",
    `${hostAndPort(new URL(url))} did not answer in full within ${ms / 1_000} s`,
    {
      hint: "Try again later, or another page.",
    },
  );
}

function unreachable(url: string, error: unknown): KernelError {
  if (error instanceof KernelError) return error;
  const place = hostAndPort(new URL(url));
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return new KernelError("page-unreachable", `${place} cannot be reached: ${reasonOf(code, error)}`, {
    hint: "Check the address and the network.",
  });
}

function reasonOf(code: string, error: unknown): string {
  switch (code) {
    case "ENOTFOUND":
    case "EAI_AGAIN":
    case "ENODATA":
      return `the name was not found (DNS, ${code})`;
    case "ECONNREFUSED":
      return "the connection was refused";
    case "ECONNRESET":
    case "EPIPE":
      return "the connection was dropped";
    case "ETIMEDOUT":
      return "the connection timed out";
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return "there is no way to that network";
    default:
      break;
  }
  if (/CERT|SSL|TLS|SIGNATURE|EPROTO/.test(code))
    return `its certificate or encryption is not valid (${code})`;
  const message = error instanceof Error ? error.message.replace(/\s+/g, " ").slice(0, 200) : "";
  return [code, message].filter(Boolean).join(", ") || "unknown reason";
}
