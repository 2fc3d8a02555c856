import { z } from "zod";
import { ERROR_STATUS, type ErrorCode } from "./errors.ts";

export const kernelErrorSchema = z.object({
  code: z.enum(Object.keys(ERROR_STATUS) as [ErrorCode, ...ErrorCode[]]),
  message: z.string(),
  hint: z.string().optional(),
  field: z.string().optional(),
  retryAt: z.number().optional(),
});
