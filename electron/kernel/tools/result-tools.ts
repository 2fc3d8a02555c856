import { z } from "zod";
import { resultIdSchema } from "../../../shared/id-schemas.ts";
import type { AgentId } from "../../../shared/ids.ts";
import { READ_RESULT_CHARACTERS } from "../limits.ts";
import type { ResultFiles, Tool } from "../ports.ts";
import { defineTool } from "./define-tool.ts";

/** The tool that is offered beside any other: without it the rest of a long result could not be read. */
export const READ_RESULT = "read_result";

/** Whom a kept result belongs to: the agent whose call made it, and nobody else's tools read it. */
export const resultOwner = (agentId: AgentId | null): string => agentId ?? "no-agent";

/** The names of the tools that a model is offered: `read_result` is always the last, so that the prompt's head stays. */
export const withReadResult = (names: readonly string[]): readonly string[] =>
  names.length === 0 ? names : [...names.filter((name) => name !== READ_RESULT), READ_RESULT];

/** Reading on in results that were too long for a context. */
export const resultTools = (results: ResultFiles): readonly Tool[] => [
  defineTool({
    name: READ_RESULT,
    description:
      "Reads on in a tool result that was too long and was kept as a file. " +
      "The marker at the end of the result names its id and the offset to start at.",
    kind: "storage",
    input: z.strictObject({
      id: resultIdSchema.describe("Such as f7"),
      offset: z.int().min(0).default(0).describe("Characters to skip"),
      limit: z.int().min(1).max(READ_RESULT_CHARACTERS).default(READ_RESULT_CHARACTERS),
    }),
    idempotent: "yes",
    effects: async ({ id }) => [{ type: "read", target: `result:${id}`, reversible: "yes" }],
    run: async ({ id, offset, limit }, run) => {
      const { text, total } = await results.read(id, resultOwner(run.agentId), offset, limit);
      const end = offset + text.length;
      const rest = end < total ? `, ${total - end} more from offset ${end}` : ", the end";
      return `[${id}, characters ${offset} to ${end} of ${total}${rest}]\n${text}`;
    },
  }),
];
