import { randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { KernelError } from "../../../shared/errors.ts";
import type { ShareId } from "../../../shared/files.ts";
import { syncFolder } from "../atomic-file.ts";

const TOKEN_BYTES = 32;
const LIST = "shares.json";
const OURS_ALONE = 0o600;

const listSchema = z.strictObject({
  /** The port of the last time: addresses that were handed out stay good where it is free again. */
  port: z.int().min(1).max(65_535).nullable(),
  shares: z.record(z.string(), z.strictObject({ token: z.string(), name: z.string() })),
});

export interface KeptShare {
  readonly id: ShareId;
  readonly token: string;
  readonly name: string;
}

/** Tokens and contents of shares in a folder that this user alone may read. Changes follow one another. */
export class ShareFolder {
  readonly #folder: string;
  readonly #shares = new Map<ShareId, KeptShare>();
  #port: number | null = null;
  #last: Promise<unknown> = Promise.resolve();

  constructor(folder: string) {
    this.#folder = folder;
  }

  get port(): number | null {
    return this.#port;
  }

  all(): Iterable<KeptShare> {
    return this.#shares.values();
  }

  get(id: ShareId): KeptShare | undefined {
    return this.#shares.get(id);
  }

  /** A list that cannot be read holds nothing: its addresses lead nowhere then. */
  load(ids: readonly ShareId[]): Promise<void> {
    return this.#inTurn(async () => {
      const text = await readFile(join(this.#folder, LIST), "utf8").catch(() => "");
      const list = listSchema.safeParse(parseJson(text)).data ?? { port: null, shares: {} };
      this.#port = list.port;
      for (const id of ids) {
        const kept = list.shares[id];
        if (kept) this.#shares.set(id, { id, ...kept });
      }
      // On a full disk what is let go of stays there until the next start; it is served no more all the same.
      if (text !== "") await this.#save().catch(() => {});
      for (const name of await readdir(this.#folder).catch(() => [])) {
        if (name !== LIST && !this.#shares.has(name as ShareId)) {
          await rm(join(this.#folder, name), { force: true }).catch(() => {});
        }
      }
    });
  }

  add(id: ShareId, name: string, content: Uint8Array | null): Promise<KeptShare> {
    return this.#inTurn(async () => {
      const share = { id, token: randomBytes(TOKEN_BYTES).toString("base64url"), name };
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      try {
        if (content !== null) await this.#write(id, content);
        this.#shares.set(id, share);
        await this.#save();
      } catch (error) {
        this.#shares.delete(id);
        await rm(join(this.#folder, id), { force: true });
        throw error;
      }
      return share;
    });
  }

  remove(id: ShareId): Promise<void> {
    // From now on: what is on disk follows.
    const known = this.#shares.delete(id);
    return this.#inTurn(async () => {
      if (known) await this.#save();
      await rm(join(this.#folder, id), { force: true });
    });
  }

  usePort(port: number): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#port === port) return;
      this.#port = port;
      // Without it the next start has another port, and nothing worse.
      await this.#save().catch(() => {});
    });
  }

  /** Of what was handed over with it; null where it is not there. */
  async bytesOf(id: ShareId): Promise<number | null> {
    return (await stat(join(this.#folder, id)).catch(() => null))?.size ?? null;
  }

  read(id: ShareId): AsyncIterable<Uint8Array> {
    return createReadStream(join(this.#folder, id));
  }

  #save(): Promise<void> {
    const shares = Object.fromEntries([...this.#shares.values()].map(({ id, ...kept }) => [id, kept]));
    return this.#write(LIST, JSON.stringify({ port: this.#port, shares }));
  }

  async #write(name: string, content: string | Uint8Array): Promise<void> {
    const draft = join(this.#folder, `.${randomBytes(8).toString("hex")}.tmp`);
    try {
      const file = await open(draft, "wx", OURS_ALONE);
      try {
        await file.writeFile(content);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(draft, join(this.#folder, name));
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
    syncFolder(this.#folder);
  }

  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    const result = this.#last.then(change).catch((error: unknown) => {
      if (error instanceof KernelError) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw new KernelError("storage-failed", `The shares cannot be kept: ${reason}`, {
        hint: "Check the free space of the disk",
      });
    });
    this.#last = result.catch(() => {});
    return result;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
