import { type KernelErrorData, toErrorData } from "../../../../shared/errors.ts";
import type { SyscallId } from "../../../../shared/ids.ts";
import type { ServerOptions } from "../../../../shared/servers.ts";
import type { ServerEvents } from "../../ports.ts";
import type { Elicitations } from "./elicitations.ts";
import type { Sampling } from "./sampling.ts";
import type { ServerLog } from "./server-log.ts";
import type { ServerSession } from "./server-session.ts";

export interface ServerEventParts {
  readonly session: ServerSession;
  readonly options: () => ServerOptions;
  /** Calls under way, with what aborts when they are cancelled. */
  readonly calls: ReadonlyMap<SyscallId, AbortSignal>;
  readonly sampling: Sampling;
  readonly elicitations: Elicitations;
  readonly log: ServerLog;
  readonly closed: (error: KernelErrorData) => void;
}

/** What one connection of a server reports and asks. Its questions end with it. */
export function serverEvents({ session, calls, log, ...parts }: ServerEventParts): ServerEvents {
  const server = session.name;
  const until = (...signals: readonly AbortSignal[]) => AbortSignal.any([session.signal, ...signals]);
  return {
    listChanged: () => session.listChanged(),
    logged: (level, text) => log.add(level, text),
    closed(error) {
      session.lost(error);
      parts.closed(error);
    },
    sample: (request) =>
      parts.sampling.ask(server, parts.options(), { ...request, signal: until(request.signal) }),
    async elicit(message, schema, signal) {
      const [only, ...others] = calls;
      const call = others.length === 0 ? only : undefined;
      const ends = call ? until(signal, call[1]) : until(signal);
      try {
        return await parts.elicitations.ask({
          server,
          syscallId: call?.[0] ?? null,
          message,
          schema,
          signal: ends,
        });
      } catch (thrown) {
        log.add("warning", toErrorData(thrown).message);
        return { type: "cancel" };
      }
    },
  };
}
