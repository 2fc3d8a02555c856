import type { ServerName } from "../../../../shared/ids.ts";
import { serverToolName } from "../../../../shared/servers.ts";
import { TOOL_NAME_CHARACTERS } from "../../limits.ts";

/** Hex digits that tell two names apart which would be one. */
const SUFFIX_DIGITS = 8;

/**
 * The names under which models call the tools of a server, by the tool's own name: `[a-zA-Z0-9_-]{1,64}`, each once.
 * Names that need no change come first; one that is too long, or would be another's, ends in a part of the digest of
 * the tool's own name.
 */
export function toolNames(
  server: ServerName,
  tools: readonly string[],
  digest: (text: string) => string,
): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  const give = (tool: string, name: string): void => {
    names.set(tool, name);
    taken.add(name);
  };
  const unique = [...new Set(tools)].sort();
  const needChange = unique.filter((tool) => {
    const name = serverToolName(server, tool);
    if (tool === "" || name !== simple(name) || name.length > TOOL_NAME_CHARACTERS) return true;
    give(tool, name);
    return false;
  });
  for (const tool of needChange) {
    const name = simple(serverToolName(server, tool));
    let free = name;
    const fits = tool !== "" && name.length <= TOOL_NAME_CHARACTERS && !taken.has(name);
    // A server may have chosen a name that ends like the first try.
    for (let n = 0; !fits && (n === 0 || taken.has(free)); n += 1) {
      free = withSuffix(name, digest(n === 0 ? tool : `${tool}\n${n}`));
    }
    give(tool, free);
  }
  return names;
}

const simple = (text: string): string => text.replace(/[^a-zA-Z0-9_-]/g, "_");

const withSuffix = (name: string, digest: string): string =>
  `${name.slice(0, TOOL_NAME_CHARACTERS - SUFFIX_DIGITS - 1)}_${digest.slice(0, SUFFIX_DIGITS)}`;
