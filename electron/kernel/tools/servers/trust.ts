import type { Json, JsonObject } from "../../../../shared/messages.ts";
import type { ServerTransport, ToolChange, ToolDefinition } from "../../../../shared/servers.ts";
import { canonical } from "../../canonical-json.ts";

/**
 * The text whose digest a person trusts: how the server is reached and what each tool says of itself. Neither the
 * order of the tools nor of names matters; values of the environment and of headers are not in it.
 */
export function trustText(transport: ServerTransport, tools: readonly ToolDefinition[]): string {
  const reached: JsonObject =
    transport.type === "stdio"
      ? { ...transport, envNames: transport.envNames.toSorted() }
      : { ...transport, headerNames: transport.headerNames.toSorted() };
  return canonical({ transport: reached, tools: sorted(tools).map(plain) });
}

/** What differs between two lists of tools, by name. */
export function toolChanges(
  before: readonly ToolDefinition[],
  after: readonly ToolDefinition[],
): readonly ToolChange[] {
  const [old, fresh] = [byName(before), byName(after)];
  const names = [...new Set([...old.keys(), ...fresh.keys()])].sort();
  return names.flatMap((name): ToolChange[] => {
    const [was, is] = [old.get(name) ?? null, fresh.get(name) ?? null];
    if (was === null) return [{ name, change: "added", before: was, after: is }];
    if (is === null) return [{ name, change: "removed", before: was, after: is }];
    if (canonical(plain(was)) === canonical(plain(is))) return [];
    return [{ name, change: "changed", before: was, after: is }];
  });
}

/** By name, each once: the first of those that share a name. */
export const sorted = (tools: readonly ToolDefinition[]): readonly ToolDefinition[] =>
  [...byName(tools).values()].sort((a, b) => (a.name < b.name ? -1 : 1));

function byName(tools: readonly ToolDefinition[]): Map<string, ToolDefinition> {
  const map = new Map<string, ToolDefinition>();
  for (const tool of tools) if (!map.has(tool.name)) map.set(tool.name, tool);
  return map;
}

const plain = ({ name, title, description, inputSchema, annotations }: ToolDefinition): Json => ({
  name,
  title,
  description,
  inputSchema,
  annotations: { ...annotations },
});
