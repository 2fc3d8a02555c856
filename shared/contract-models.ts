import { z } from "zod";
import type { CoreInfo } from "./cores.ts";
import { coreIdSchema } from "./id-schemas.ts";
import { type JobId, jobIdSchema } from "./jobs.ts";
import type { ModelFileFacts } from "./local-models.ts";
import { done, output } from "./schema-parts.ts";

const ofCore = z.strictObject({ coreId: coreIdSchema });
const startsJob = output<{ readonly jobId: JobId }>();

/** Models that run in the program itself, and the long work that brings them. */
export const MODELS_CONTRACT = {
  /** Gets the engine that runs model files. Progress is a job. */
  "addon.install": { input: z.strictObject({}), output: startsJob },
  /** What a model file on this machine says of itself. Throws `not-found` and `model-file-unusable`. */
  "models.inspect": {
    input: z.strictObject({ file: z.string().trim().min(1, "expected a path").max(4_000) }),
    output: output<ModelFileFacts>(),
  },
  /**
   * Gets a model file from an address into the data folder, going on where an earlier attempt broke off. `sha256` in
   * hex is checked when it is given. The job's text at the end is the file's path.
   */
  "models.download": {
    input: z.strictObject({
      url: z.url({ protocol: /^https?$/, error: "expected an http or https address" }).max(2_000),
      sha256: z
        .string()
        .trim()
        .regex(/^([0-9a-f]{64})?$/i, "expected 64 hexadecimal digits")
        .default(""),
    }),
    output: startsJob,
  },
  /** Model files in the data folder. */
  "models.files": {
    input: z.strictObject({}),
    output: output<{ readonly files: readonly ModelFileFacts[] }>(),
  },
  "models.addLocal": {
    input: z.strictObject({
      file: z.string().trim().min(1, "expected a path").max(4_000),
      title: z.string().trim().max(200).default(""),
      slots: z.int().min(1).max(64).default(2),
      contextTokens: z.int().min(256).max(1_000_000).nullable().default(null),
      kvRamBytes: z.int().min(0).nullable().default(null),
      kvDiskBytes: z.int().min(0).nullable().default(null),
      threads: z.int().min(1).max(256).nullable().default(null),
    }),
    output: output<CoreInfo>(),
  },
  "cores.load": { input: ofCore, output: done },
  /** Frees its memory; it is loaded again by the next call. Throws `conflict` while calls run on it. */
  "cores.unload": { input: ofCore, output: done },
  "cores.setKvBudget": {
    input: z.strictObject({
      coreId: coreIdSchema,
      kvRamBytes: z.int().min(0),
      kvDiskBytes: z.int().min(0),
    }),
    output: done,
  },
  "jobs.cancel": { input: z.strictObject({ jobId: jobIdSchema }), output: done },
  "jobs.dismiss": { input: z.strictObject({ jobId: jobIdSchema }), output: done },
} as const satisfies Record<string, { readonly input: z.ZodType; readonly output: z.ZodType }>;
