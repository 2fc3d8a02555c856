import { invariant } from "../../../shared/errors.ts";
import type { ToolSpecification } from "../../../shared/messages.ts";
import type { Tool } from "../ports.ts";

/** Every tool by name. */
export class ToolRegistry {
  readonly #tools = new Map<string, Tool>();

  add(tool: Tool): void {
    const { name } = tool.specification;
    invariant(!this.#tools.has(name), `tool ${name} is there once`);
    this.#tools.set(name, tool);
  }

  get(name: string): Tool | null {
    return this.#tools.get(name) ?? null;
  }

  /** Those of `names` that exist, as a model is told of them. */
  specifications(names: readonly string[]): readonly ToolSpecification[] {
    return names.flatMap((name) => this.#tools.get(name)?.specification ?? []);
  }

  all(): Iterable<Tool> {
    return this.#tools.values();
  }
}
