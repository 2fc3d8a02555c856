import {
  ListPromptsResultSchema,
  ListResourcesResultSchema,
  ListResourceTemplatesResultSchema,
  type Prompt,
  type Resource,
  type ResourceTemplate,
  type Tool,
  ToolSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { z } from "zod";
import { KernelError } from "../../../shared/errors.ts";
import type { ServerName } from "../../../shared/ids.ts";
import type { Json, JsonObject } from "../../../shared/messages.ts";
import type { ToolDefinition } from "../../../shared/servers.ts";
import type { ServerCall } from "../../kernel/ports.ts";
import type { Ask } from "./connection.ts";
import { LIST_PAGES, LISTED, LISTED_CHARACTERS } from "./limits.ts";
import type { Redact } from "./redaction.ts";

/** One tool that breaks the rules must not hide the others: each is looked at on its own. */
const toolPageSchema = z.object({ tools: z.array(z.unknown()), nextCursor: z.string().optional() });

interface ListReports {
  readonly server: ServerName;
  readonly logged: (level: string, text: string) => void;
  readonly redact: Redact;
}

/** All tools of a server that can be called. Throws `server-failed` when there are too many. */
export async function readTools(
  ask: Ask,
  call: ServerCall,
  { server, logged, redact }: ListReports,
): Promise<readonly ToolDefinition[]> {
  const found = await pagesOf(async (cursor) => {
    const page = await ask({ method: "tools/list", params: { cursor } }, toolPageSchema, call);
    // Definitions are kept, so nothing secret may stand in them.
    const items: readonly unknown[] = JSON.parse(redact(JSON.stringify(page.tools)));
    return { items, next: page.nextCursor };
  });
  if (found.more === "yes") {
    const bounds = `${LISTED} tools or ${LISTED_CHARACTERS} characters`;
    throw new KernelError("server-failed", `${server} lists more than ${bounds} of tools`);
  }
  return found.items.flatMap((item) => {
    const tool = ToolSchema.safeParse(item);
    if (tool.success && tool.data.execution?.taskSupport !== "required") return [definitionOf(tool.data)];
    const name = tool.data?.name ?? z.object({ name: z.string() }).safeParse(item).data?.name ?? "a tool";
    const why = tool.success
      ? "it runs as a task only, which is not supported"
      : "its definition breaks the protocol's rules";
    logged("warning", `${name} is not offered: ${why}`);
    return [];
  });
}

/** Resources and templates of addresses, for a model. */
export async function readResources(ask: Ask, call: ServerCall): Promise<Json> {
  const resources = await pagesOf(async (cursor) => {
    const page = await ask({ method: "resources/list", params: { cursor } }, ListResourcesResultSchema, call);
    return { items: page.resources.map(resourceOf), next: page.nextCursor };
  });
  const templates = await pagesOf(async (cursor) => {
    const request = { method: "resources/templates/list", params: { cursor } } as const;
    const page = await ask(request, ListResourceTemplatesResultSchema, call);
    return { items: page.resourceTemplates.map(templateOf), next: page.nextCursor };
  }).catch((error: unknown) => {
    // A server with resources need not know of templates.
    if (error instanceof KernelError && error.data.code === "tool-failed") return NOTHING;
    throw error;
  });
  const more = resources.more === "yes" || templates.more === "yes";
  return { resources: resources.items, templates: templates.items, ...(more && { more: "left out" }) };
}

/** Prompts with their arguments, for a model. */
export async function readPrompts(ask: Ask, call: ServerCall): Promise<Json> {
  const prompts = await pagesOf(async (cursor) => {
    const page = await ask({ method: "prompts/list", params: { cursor } }, ListPromptsResultSchema, call);
    return { items: page.prompts.map(promptOf), next: page.nextCursor };
  });
  return { prompts: prompts.items, ...(prompts.more === "yes" && { more: "left out" }) };
}

interface Listed<T> {
  readonly items: readonly T[];
  readonly more: "yes" | "no";
}

const NOTHING: Listed<JsonObject> = { items: [], more: "no" };

/** Reads page after page, at most LIST_PAGES of them, LISTED items and LISTED_CHARACTERS in all. */
async function pagesOf<T>(
  read: (cursor: string | undefined) => Promise<{ items: readonly T[]; next: string | undefined }>,
): Promise<Listed<T>> {
  const items: T[] = [];
  let characters = 0;
  let cursor: string | undefined;
  for (let page = 0; page < LIST_PAGES; page++) {
    const { items: found, next } = await read(cursor);
    characters += JSON.stringify(found).length;
    if (characters > LISTED_CHARACTERS) return { items, more: "yes" };
    items.push(...found.slice(0, LISTED + 1 - items.length));
    if (items.length > LISTED) return { items: items.slice(0, LISTED), more: "yes" };
    if (next === undefined || next === cursor) return { items, more: "no" };
    cursor = next;
  }
  return { items, more: "yes" };
}

/** With the protocol's defaults where the server says nothing of itself. */
function definitionOf({
  name,
  title,
  description = "",
  inputSchema,
  annotations = {},
}: Tool): ToolDefinition {
  return {
    name,
    title: (title ?? annotations.title)?.toWellFormed() ?? null,
    description: description.toWellFormed(),
    // It came as JSON, so it is JSON.
    inputSchema: inputSchema as JsonObject,
    annotations: {
      readOnly: annotations.readOnlyHint ?? false,
      destructive: annotations.destructiveHint ?? true,
      idempotent: annotations.idempotentHint ?? false,
      openWorld: annotations.openWorldHint ?? true,
    },
  };
}

const resourceOf = ({ uri, name, title, description, mimeType }: Resource): JsonObject =>
  known({ uri, name, title, description, mimeType });

const templateOf = ({ uriTemplate, name, title, description, mimeType }: ResourceTemplate): JsonObject =>
  known({ uriTemplate, name, title, description, mimeType });

const promptOf = ({ name, title, description, arguments: args = [] }: Prompt): JsonObject => ({
  ...known({ name, title, description }),
  arguments: args.map((each) => ({
    ...known({ name: each.name, description: each.description }),
    required: each.required ?? false,
  })),
});

const known = (fields: Readonly<Record<string, string | undefined>>): JsonObject =>
  Object.fromEntries(Object.entries(fields).flatMap(([name, value]) => (value ? [[name, value]] : [])));
