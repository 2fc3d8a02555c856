import { toErrorData } from "../../../shared/errors.ts";
import type { EventLog } from "../events/event-log.ts";
import type { KernelPorts } from "../kernel-ports.ts";
import type { Tool } from "../ports.ts";
import { StorageGuard } from "./storage-guard.ts";

export interface GuardedPorts extends KernelPorts {
  readonly guard: StorageGuard;
}

/** The ports of a kernel, and a guard that hears of every failure of those that keep something on disk. */
export function guardPorts(ports: KernelPorts, log: EventLog): GuardedPorts {
  const { clock, disk = null } = ports;
  const guard = new StorageGuard({ log, clock, disk });
  return {
    ...ports,
    memory: overheard(ports.memory, guard.failed),
    files: overheard(ports.files, guard.failed),
    versions: overheard(ports.versions, guard.failed),
    results: overheard(ports.results, guard.failed),
    guard,
  };
}

/** What gives room back, or closes a door, is done on a full disk too. */
const ALWAYS_DONE: ReadonlySet<string> = new Set(["revoke_share"]);

/**
 * Tools whose changes are refused while storage is read-only: when they are called, before anybody is asked, and once
 * more before they run. Calls that only read go on.
 */
export const guardTools = (guard: StorageGuard, tools: readonly Tool[]): readonly Tool[] =>
  tools.map((tool) =>
    ALWAYS_DONE.has(tool.specification.name)
      ? tool
      : {
          ...tool,
          async effects(args, caller) {
            const effects = await tool.effects(args, caller);
            if (effects.some(({ type }) => type !== "read")) guard.check();
            return effects;
          },
        },
  );

/** Calls of the person's for which a screen waits: refused without a word in the log, which may be what is full. */
export const guardCall =
  <Args>(guard: StorageGuard, call: (tool: string, args: Args) => Promise<string>) =>
  async (tool: string, args: Args): Promise<string> => {
    if (!ALWAYS_DONE.has(tool)) guard.check();
    return call(tool, args);
  };

/** The same port; `failed` is told of each of its promises that rejects with a typed error. */
function overheard<Port extends object>(port: Port, failed: (thrown: unknown) => void): Port {
  const hear = (thrown: unknown): void => {
    if (toErrorData(thrown).code !== "internal") failed(thrown);
  };
  return new Proxy(port, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== "function") return member;
      return (...args: readonly unknown[]): unknown => {
        const result: unknown = Reflect.apply(member, target, args);
        if (result instanceof Promise) result.catch(hear);
        return result;
      };
    },
  });
}
