import { KernelError } from "../../../shared/errors.ts";
import { HttpRefusal } from "./client.ts";
import { refusalError } from "./refusals.ts";
import { quote } from "./scrub.ts";
import type { ServerIdentity } from "./server-identity.ts";

/** The refusal inside an error of the SDK, if there is one. */
export function findRefusal(thrown: unknown): HttpRefusal | null {
  return chainOf(thrown).find((error) => error instanceof HttpRefusal) ?? null;
}

/** Whatever a request threw, as the error that ends the call. `now` is wall time in ms. Never throws. */
export function requestError(thrown: unknown, server: ServerIdentity, now: number): KernelError {
  if (thrown instanceof KernelError) return thrown;
  const refusal = findRefusal(thrown);
  return refusal === null ? connectionError(thrown, server) : refusalError(refusal, server, now);
}

const CHOOSE = "or choose another model in Models.";

function connectionError(thrown: unknown, server: ServerIdentity): KernelError {
  const code = codeOf(thrown);
  const who = server.subject;
  switch (code) {
    case "ECONNREFUSED":
      return new KernelError("model-refused-connection", `${who} refused the connection`, {
        hint: `Start it, ${CHOOSE}`,
      });
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return new KernelError(
        "model-refused-connection",
        `${who} cannot be found: its name has no address (${code})`,
        {
          hint: `Check the address and the network, ${CHOOSE}`,
        },
      );
    case "EHOSTUNREACH":
    case "ENETUNREACH":
    case "EADDRNOTAVAIL":
      return new KernelError("model-refused-connection", `${who} cannot be reached (${code})`, {
        hint: `Check the network, ${CHOOSE}`,
      });
    case "ETIMEDOUT":
    case "UND_ERR_CONNECT_TIMEOUT":
    case "UND_ERR_HEADERS_TIMEOUT":
    case "UND_ERR_BODY_TIMEOUT":
      return new KernelError("model-timed-out", `${who} did not answer in time (${code})`, {
        hint: `Check that it is running and reachable, ${CHOOSE}`,
      });
    case "ECONNRESET":
    case "EPIPE":
    case "UND_ERR_SOCKET":
      return new KernelError(
        "model-stream-dropped",
        `${who} closed the connection before its answer was whole`,
        {
          hint: `Try again, ${CHOOSE}`,
        },
      );
    case "ERR_SSL_WRONG_VERSION_NUMBER":
    case "ERR_SSL_PACKET_LENGTH_TOO_LONG":
    case "EPROTO":
      return new KernelError("model-refused-connection", `${who} does not speak https (${code})`, {
        hint: "Add the model again with an http address.",
      });
    default:
      return unknownError(thrown, code, server);
  }
}

function unknownError(thrown: unknown, code: string, server: ServerIdentity): KernelError {
  const who = server.subject;
  if (code.startsWith("HPE_") || chainOf(thrown).some((error) => error.name === "HTTPParserError")) {
    return new KernelError("model-stream-malformed", `${who} did not answer in HTTP`, {
      hint: `Check the address, ${CHOOSE}`,
    });
  }
  if (/CERT|SELF_SIGNED|UNABLE_TO|ERR_TLS/.test(code)) {
    return new KernelError(
      "model-refused-connection",
      `${who} shows a certificate that is not trusted (${code})`,
      {
        hint: `Check the address and the certificate, ${CHOOSE}`,
      },
    );
  }
  const said = chainOf(thrown).map((error) => error.message);
  if (said.some((message) => /header value|ByteString/.test(message))) {
    return new KernelError(
      "model-unauthorised",
      `The key for ${server.address} holds characters that no key can have`,
      {
        hint: "Copy the key again, without line ends, in Models.",
      },
    );
  }
  const last = quote(said.at(-1) ?? String(thrown), server.secret);
  return new KernelError("model-refused-connection", `${who} cannot be reached: ${last}`, {
    hint: `Check the address, ${CHOOSE}`,
  });
}

/** The error and its causes; of several attempts at one name (localhost over IPv4 and IPv6) the first one. */
function chainOf(thrown: unknown): readonly Error[] {
  const chain: Error[] = [];
  let next: unknown = thrown;
  while (next instanceof Error && chain.length < 8) {
    chain.push(next);
    next = next.cause ?? (next instanceof AggregateError ? next.errors[0] : undefined);
  }
  return chain;
}

function codeOf(thrown: unknown): string {
  for (const error of chainOf(thrown).toReversed()) {
    if ("code" in error && typeof error.code === "string") return error.code;
  }
  return "";
}
