import { KernelError } from "../../../../shared/errors.ts";
import type { ServerName } from "../../../../shared/ids.ts";

/** The starts and ends of one server, one after the other. */
export class Turns {
  readonly #server: ServerName;
  /** Never rejects. */
  #last: Promise<unknown> = Promise.resolve();
  #life: "open" | "closed" = "open";

  constructor(server: ServerName) {
    this.#server = server;
  }

  /** The server is gone for good. */
  get isClosed(): boolean {
    return this.#life === "closed";
  }

  close(): void {
    this.#life = "closed";
  }

  /** Throws `cancelled` once it is closed. */
  mustBeOpen(): void {
    if (this.#life === "open") return;
    throw new KernelError("cancelled", `The server ${this.#server} has been removed`);
  }

  take<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#last.then(work);
    this.#last = next.catch(() => {});
    return next;
  }

  /** As `take`, for what a person asks: what waited until the server was removed is not done any more. */
  asked<T>(work: () => Promise<T>): Promise<T> {
    return this.take(async () => {
      this.mustBeOpen();
      return work();
    });
  }
}
