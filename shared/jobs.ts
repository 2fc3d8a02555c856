import { z } from "zod";
import type { KernelErrorData } from "./errors.ts";
import type { Progress } from "./syscall.ts";

declare const brand: unique symbol;
/** `j3`: one piece of long work that the person started. */
export type JobId = `j${number}` & { readonly [brand]: "JobId" };

export const jobIdSchema = z
  .string()
  .regex(/^j[1-9]\d{0,14}$/, "expected an id such as j7")
  .transform((id) => id as JobId);
export const jobId = (n: number): JobId => `j${n}` as JobId;

export type JobKind = "add-on" | "model-download";

export type JobEnd =
  | { readonly status: "done"; readonly text: string }
  | { readonly status: "failed"; readonly error: KernelErrorData }
  | { readonly status: "cancelled" };

/** Long work of the program itself, not of an agent: shown with its progress, and cancelled at any time. */
export interface JobView {
  readonly id: JobId;
  readonly kind: JobKind;
  /** Such as "Get llama-3.2-1b.gguf". */
  readonly title: string;
  readonly startedAt: number;
  /** Bytes for a download. null until it says. */
  readonly progress: Progress | null;
  readonly end: JobEnd | null;
}

export type JobEventBody =
  | { readonly type: "job.started"; readonly job: JobView }
  | { readonly type: "job.progressed"; readonly jobId: JobId; readonly progress: Progress }
  | { readonly type: "job.ended"; readonly jobId: JobId; readonly end: JobEnd }
  /** The person has seen how it ended. */
  | { readonly type: "job.dismissed"; readonly jobId: JobId };
