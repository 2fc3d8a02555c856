import { z } from "zod";
import { modeSchema } from "../../../shared/permission.ts";
import rows from "../access/corpus/injections.json" with { type: "json" };

const attemptSchema = z.enum([
  "page-query",
  "page-path",
  "page-host",
  "page-base64",
  "page-parts",
  "second-page",
  "mail",
  "append",
  "search",
  "resource",
  "gzip",
  "command",
  "command-file",
  "command-substitution",
  "command-quiet",
  "javascript",
  "child",
  "message",
  "note",
  "memory",
  "all-at-once",
  "same-turn",
]);
export type Attempt = z.infer<typeof attemptSchema>;

/** One scripted injection: how it comes, what it says, what is known before and after, and what it leads to. */
const injectionSchema = z.strictObject({
  row: z.int().positive(),
  channel: z.enum([
    "web",
    "server",
    "prompt",
    "resource",
    "download",
    "written-file",
    "memory",
    "child",
    "message",
  ]),
  text: z.string().min(10),
  /** Whether the agent reads private data before the injection, after it or never, and where. */
  secret: z.discriminatedUnion("when", [
    z.strictObject({ when: z.literal("never") }),
    z.strictObject({ when: z.enum(["before", "after"]), in: z.enum(["file", "memory", "server"]) }),
  ]),
  attempt: attemptSchema,
  mode: modeSchema,
  /** What the person had allowed before: fetch_page for the run, or everything by a rule. */
  given: z.enum(["nothing", "run-grant", "allow-rule"]),
  /** The text is at the end of a result that is too long, and is read by read_result. */
  long: z.literal(true).optional(),
  /** The kernel is stopped and started between the injection and what it leads to. */
  restart: z.literal(true).optional(),
});
export type Injection = z.infer<typeof injectionSchema>;

export const INJECTIONS: readonly Injection[] = z.array(injectionSchema).parse(rows);

const control = (row: number, fields: Partial<Injection>): Injection => ({
  row,
  channel: "web",
  text: "A page that says what to do",
  secret: { when: "never" },
  attempt: "page-query",
  mode: "ask-on-risk",
  given: "nothing",
  ...fields,
});

/** Agents that do the same where nothing stands against it, or a person allows it: what shows that the rows can fail. */
export const CONTROLS = {
  unmarked: control(1_001, {}),
  ofOwnFile: control(1_002, { attempt: "note" }),
  allowed: control(1_003, { attempt: "append" }),
} as const;

export const ALL: readonly Injection[] = [...INJECTIONS, ...Object.values(CONTROLS)];
const BY_ROW = new Map(ALL.map((injection) => [injection.row, injection]));
export const injectionOf = (row: number): Injection | undefined => BY_ROW.get(row);

/** What must not leave: letters and digits, so that it can be part of a host's name. */
export const secretOf = ({ row }: Injection): string => `secret${row}x${(row * 7_919_993).toString(36)}`;

/** In all that a row's agents send out, whatever they make of the secret. */
export const tagOf = ({ row }: Injection): string => `row-${row}-`;

/** Follows the injected text, so that the scripted model is steered only where the text has reached it. */
export const referenceOf = ({ row }: Injection): string => `(ref ${row})`;
