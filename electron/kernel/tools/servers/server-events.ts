import { KernelError, type KernelErrorData, toErrorData } from "../../../../shared/errors.ts";
import type { SyscallId } from "../../../../shared/ids.ts";
import type { ServerOptions } from "../../../../shared/servers.ts";
import type { ServerEvents, ToolRun } from "../../ports.ts";
import type { Elicitations } from "./elicitations.ts";
import type { Sampling } from "./sampling.ts";
import type { ServerLog } from "./server-log.ts";
import type { ServerSession } from "./server-session.ts";

export interface ServerEventParts {
  readonly session: ServerSession;
  /** Its options while it is trusted and runs; null at other times, when it may ask nobody anything. */
  readonly serves: () => ServerOptions | null;
  /** Calls under way. */
  readonly calls: ReadonlyMap<SyscallId, ToolRun>;
  readonly sampling: Sampling;
  readonly elicitations: Elicitations;
  readonly log: ServerLog;
  readonly closed: (error: KernelErrorData) => void;
}

/**
 * What one connection of a server reports and asks. Its questions end with it; while one is open, the time of its
 * calls stands still.
 */
export function serverEvents({ session, serves, calls, log, ...parts }: ServerEventParts): ServerEvents {
  const server = session.name;
  const until = (...signals: readonly AbortSignal[]) => AbortSignal.any([session.signal, ...signals]);

  function untimed<T>(answer: Promise<T>): Promise<T> {
    for (const run of calls.values()) run.untimed(answer);
    return answer;
  }

  return {
    listChanged: () => session.listChanged(),
    logged: (level, text) => log.add(level, text),
    closed(error) {
      session.lost(error);
      parts.closed(error);
    },
    async sample(request) {
      const options = serves();
      if (!options) throw new KernelError("not-allowed", `${server} may ask models only once it is ready`);
      const signal = until(request.signal);
      return untimed(parts.sampling.ask(server, options, { ...request, signal }));
    },
    async elicit(message, schema, signal) {
      if (!serves()) return { type: "cancel" };
      const [only, ...others] = calls;
      const [syscallId, run] = only && others.length === 0 ? only : [null, null];
      const ends = run ? until(signal, run.signal) : until(signal);
      try {
        const { elicitations } = parts;
        return await untimed(elicitations.ask({ server, syscallId, message, schema, signal: ends }));
      } catch (thrown) {
        log.add("warning", toErrorData(thrown).message);
        return { type: "cancel" };
      }
    },
  };
}
