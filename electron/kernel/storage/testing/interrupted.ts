import { KernelError } from "../../../../shared/errors.ts";
import type { FileTree, VersionStore } from "../../ports.ts";

/** What becomes of one call: it goes through, it fails having done nothing, or it is done and its answer is lost. */
export type Fate = "passes" | "fails-before" | "fails-after";

/** Calls that write to the disk. */
const WRITES = new Set(["keep", "begin", "finish", "writeBytes", "move", "makeFolder", "remove", "trash"]);

/** Decides the fate of the calls to a tree and a store, in order. */
export class Interruption {
  /** Calls so far; and the numbers of those that write. */
  calls = 0;
  readonly writes: number[] = [];
  fate: (call: number, method: string, writes: "yes" | "no") => Fate = () => "passes";

  readonly wrapTree = (tree: FileTree): FileTree => this.#wrap(tree);
  readonly wrapStore = (store: VersionStore): VersionStore => this.#wrap(store);

  /** Counts from here on. */
  begin(): void {
    this.calls = 0;
    this.writes.length = 0;
  }

  #wrap<T extends object>(target: T): T {
    return new Proxy(target, {
      get: (object, name, receiver) => {
        const value: unknown = Reflect.get(object, name, receiver);
        if (typeof value !== "function" || name === "close" || name === "walk") return value;
        return async (...args: unknown[]) => {
          const method = String(name);
          this.calls += 1;
          const writes = WRITES.has(method) ? "yes" : "no";
          if (writes === "yes") this.writes.push(this.calls);
          const fate = this.fate(this.calls, method, writes);
          if (fate === "fails-before") throw noRoom(method);
          const result: unknown = await value.apply(object, args);
          if (fate === "fails-after") throw noRoom(method);
          return result;
        };
      },
    });
  }
}

const noRoom = (method: string): KernelError =>
  new KernelError("storage-failed", `There is no space left (${method})`);
