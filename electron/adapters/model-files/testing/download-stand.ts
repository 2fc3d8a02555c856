import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect } from "vitest";
import type { Progress } from "../../../../shared/syscall.ts";
import { ggufBytes } from "../../llama/testing/gguf-bytes.ts";
import { createModelFiles } from "../../model-files.ts";
import type { DownloadLimits } from "../download.ts";
import { type Answer, type FileServer, openFileServer } from "./file-server.ts";

export const HALF = 300_000;
/** A model whose every byte counts. */
export const MODEL = Buffer.concat([ggufBytes({ dataBytes: 256 }), randomBytes(2 * HALF)]);
export const SHA256 = createHash("sha256").update(MODEL).digest("hex");

export interface GetOptions {
  readonly sha256?: string;
  readonly limits?: Partial<DownloadLimits>;
  readonly signal?: AbortSignal;
}

/** A folder and servers for each test of a file, gone after it. */
export function useDownloads() {
  let folder = "";
  const servers: FileServer[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "aios-models-"));
  });
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const models = (): string => join(folder, "models");
  return {
    folder: () => folder,
    models,
    async serving(answer: Answer): Promise<FileServer> {
      const server = await openFileServer(answer);
      servers.push(server);
      return server;
    },
    get(address: string, options: GetOptions = {}) {
      const told: Progress[] = [];
      const files = createModelFiles(models(), {
        pauseMs: 1,
        attempts: 3,
        reserveBytes: 0,
        ...options.limits,
      });
      const signal = options.signal ?? new AbortController().signal;
      const run = { signal, progress: (progress: Progress) => told.push(progress) };
      return { told, result: files.download(address, options.sha256 ?? null, run) };
    },
    /** What is in the folder of models. */
    left: (): string[] => (existsSync(models()) ? readdirSync(models()).sort() : []),
  };
}

export const failsWith = (code: string, message?: RegExp) => ({
  data: { code, ...(message ? { message: expect.stringMatching(message) } : {}) },
});

export const isWhole = (file: string): boolean => readFileSync(file).equals(MODEL);
