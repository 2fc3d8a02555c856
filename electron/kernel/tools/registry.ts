import { invariant } from "../../../shared/errors.ts";
import type { ServerName } from "../../../shared/ids.ts";
import type { AgentManifest } from "../../../shared/manifest.ts";
import type { ToolSpecification } from "../../../shared/messages.ts";
import { TOOLS_OFFERED } from "../limits.ts";
import type { Tool } from "../ports.ts";

/** Every tool by name. */
export class ToolRegistry {
  readonly #tools = new Map<string, Tool>();

  add(tool: Tool): void {
    const { name } = tool.specification;
    invariant(!this.#tools.has(name), `tool ${name} is there once`);
    this.#tools.set(name, tool);
  }

  /** Puts `tools` in the place of all tools that the server had. */
  replace(server: ServerName, tools: readonly Tool[]): void {
    for (const tool of this.of(server)) this.#tools.delete(tool.specification.name);
    for (const tool of tools) this.add(tool);
  }

  get(name: string): Tool | null {
    return this.#tools.get(name) ?? null;
  }

  /** The tools of a server. */
  of(server: ServerName): readonly Tool[] {
    return [...this.#tools.values()].filter((tool) => tool.server?.name === server);
  }

  /** Those of `names` that exist, as a model is told of them. */
  specifications(names: readonly string[]): readonly ToolSpecification[] {
    return names.flatMap((name) => this.#tools.get(name)?.specification ?? []);
  }

  /**
   * Names of the tools that an agent is offered now, at most TOOLS_OFFERED: those of its manifest in that order,
   * patterns such as `files__*` filled in, then all of its servers, by name.
   */
  offered({ tools, servers }: Pick<AgentManifest, "tools" | "servers">): readonly string[] {
    const ofServers = [...this.#tools.values()]
      .filter((tool) => tool.server !== null)
      .map((tool) => ({ name: tool.specification.name, server: tool.server?.name ?? "" }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    const names = new Set<string>();
    for (const each of tools) {
      if (this.#tools.has(each)) names.add(each);
      else if (isPattern(each)) {
        const start = each.slice(0, -1);
        for (const { name } of ofServers) if (name.startsWith(start)) names.add(name);
      }
    }
    for (const { name, server } of ofServers) if (servers.includes(server)) names.add(name);
    return [...names].slice(0, TOOLS_OFFERED);
  }

  all(): Iterable<Tool> {
    return this.#tools.values();
  }
}

/** A server's name, two underscores, and the beginning of its tools' names. */
const isPattern = (name: string): boolean => /^[a-z][a-z0-9-]*__.*\*$/.test(name);
