import type {
  CallToolResult,
  ContentBlock,
  PromptMessage,
  ReadResourceResult,
} from "@modelcontextprotocol/sdk/types.js";
import type { ImageReply, ToolReply } from "../../kernel/ports.ts";
import type { Redact } from "./redaction.ts";

/** A part of an answer: what a model reads, or what a person sees. */
type Part =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "image"; readonly image: ImageReply };

type ResourceContent = ReadResourceResult["contents"][number];

/** What a tool returned. Structured content stands for the text where a server sends no text. */
export function toolReply(result: CallToolResult, redact: Redact): ToolReply {
  const parts = result.content.map(partOf);
  const structured = result.structuredContent;
  if (structured !== undefined && !parts.some((part) => part.type === "text")) {
    parts.push({ type: "text", text: JSON.stringify(structured) });
  }
  return reply(parts, result.isError === true ? "error" : "ok", redact);
}

/** A resource: texts as they are, images as images. */
export const resourceReply = (contents: readonly ResourceContent[], redact: Redact): ToolReply =>
  reply(contents.map(resourcePart), "ok", redact);

/** A message of a prompt, as JSON for a model. */
export function promptMessage({
  role,
  content,
}: PromptMessage): Readonly<Record<"role" | "content", string>> {
  const part = partOf(content);
  return { role, content: part.type === "text" ? part.text : `[image ${part.image.mimeType}]` };
}

function reply(parts: readonly Part[], outcome: ToolReply["outcome"], redact: Redact): ToolReply {
  const texts = parts.flatMap((part) => (part.type === "text" ? [part.text] : []));
  const images = parts.flatMap((part) => (part.type === "image" ? [part.image] : []));
  return { text: redact(texts.join("\n")), images, outcome };
}

function partOf(block: ContentBlock): Part {
  switch (block.type) {
    case "text":
      return { type: "text", text: block.text };
    case "image":
      return imagePart(block.mimeType, block.data);
    case "audio":
      return { type: "text", text: left("audio", block.mimeType, block.data) };
    case "resource":
      return resourcePart(block.resource);
    case "resource_link": {
      const { uri, name, description = "" } = block;
      return { type: "text", text: `[resource ${uri}] ${name}${description && `: ${description}`}` };
    }
  }
}

function resourcePart(resource: ResourceContent): Part {
  if ("text" in resource) return { type: "text", text: resource.text };
  const { uri, mimeType = "application/octet-stream", blob } = resource;
  if (/^image\//i.test(mimeType)) return imagePart(mimeType, blob);
  return { type: "text", text: `${left("content", mimeType, blob)} of ${uri}` };
}

const imagePart = (mimeType: string, base64: string): Part => ({
  type: "image",
  image: { mimeType, bytes: Buffer.from(base64, "base64") },
});

/** Names what no model here can take in. */
const left = (what: string, mimeType: string, base64: string): string =>
  `[${what} ${mimeType}, ${Buffer.byteLength(base64, "base64")} bytes, left out]`;
