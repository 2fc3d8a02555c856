import { z } from "zod";
import { nameSchema } from "./access.ts";
import { workspaceSchema } from "./files.ts";
import { modeSchema } from "./permission.ts";
import { prioritySchema } from "./settings.ts";
import { STANDARD_GROUP } from "./standard-group.ts";

/** The bounds of one run of an agent. Every bound ends the run with `limit-reached`, naming itself. */
export const agentLimitsSchema = z
  .strictObject({
    steps: z.int().min(1).max(200).default(24).describe("Model calls in one run"),
    tokens: z.int().min(100).max(10_000_000).default(200_000).describe("Prompt and output tokens in one run"),
    children: z.int().min(0).max(64).default(0).describe("Child agents in one run"),
  })
  .prefault({});

/**
 * An agent's manifest: one JSON file in resources/agents or in the data folder's `agents`.
 * Unknown fields are refused, so that a misspelt limit cannot be silently ignored.
 */
export const manifestSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,63}$/, "expected small letters, digits and dashes")
    .describe("Unique; the file is called <name>.json"),
  title: z.string().min(1).max(80),
  description: z.string().min(1).max(400).describe("One sentence for the person who chooses"),
  instructions: z.string().min(1).max(20_000).describe("The system message"),
  tools: z
    .array(z.string().min(1).max(128))
    .max(64)
    .describe("Names of tools the agent may call; files__* for all of the server files"),
  servers: z.array(z.string().min(1).max(32)).max(16).default([]).describe("MCP servers whose tools it gets"),
  groups: z
    .array(nameSchema)
    .min(1)
    .max(16)
    .default([STANDARD_GROUP.name])
    .describe("Privilege groups: what it may do at most"),
  workspace: workspaceSchema.default("common").describe("Where its files are: common, own or group:<name>"),
  recall: z
    .enum(["on", "off"])
    .default("on")
    .describe("Whether what memory has about a turn joins the prompt; for agents with the recall tool"),
  loop: z.enum(["react"]).default("react").describe("The reasoning loop: model, tool calls, results, again"),
  limits: agentLimitsSchema,
  model: z
    .string()
    .min(1)
    .max(200)
    .nullable()
    .default(null)
    .describe("Preferred model; null for the default"),
  priority: prioritySchema.default(5),
  mode: modeSchema.nullable().default(null).describe("Permission mode; null for the one in Settings"),
  children: z.array(z.string()).max(64).default([]).describe("Agents it may start"),
  icon: z.string().max(40).default("bot").describe("Name of a lucide icon"),
  sampleTasks: z.array(z.string().min(1).max(2_000)).min(1).max(12),
});
export type AgentManifest = z.infer<typeof manifestSchema>;

/** A manifest that could not be loaded, and why. */
export interface ManifestProblem {
  readonly file: string;
  readonly message: string;
}
