import { z } from "zod";
import type { JsonObject } from "./messages.ts";

/** Outputs are made by our own typed code; the schema names the shape once and checks that there is an object. */
export const output = <T extends object>() =>
  z.custom<T>((value) => typeof value === "object" && value !== null);

/** The output of a method that only does something. */
export const done = output<Record<string, never>>();

/** A JSON object, taken as it is: what came over a wire is JSON already. */
export const jsonObjectSchema = z.custom<JsonObject>(
  (value) => typeof value === "object" && value !== null && !Array.isArray(value),
  "expected an object",
);
