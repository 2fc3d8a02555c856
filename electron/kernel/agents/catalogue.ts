import { KernelError } from "../../../shared/errors.ts";
import type { AgentManifest, ManifestProblem } from "../../../shared/manifest.ts";
import type { ManifestSource } from "../ports.ts";

export interface CatalogueOptions {
  readonly source: ManifestSource;
  readonly hasModel: (model: string) => boolean;
}

/** The agents that can be launched. Read anew whenever someone looks at the list. */
export class Catalogue {
  readonly #options: CatalogueOptions;
  #manifests = new Map<string, AgentManifest>();
  #problems: readonly ManifestProblem[] = [];

  constructor(options: CatalogueOptions) {
    this.#options = options;
  }

  async load(): Promise<{
    readonly manifests: readonly AgentManifest[];
    readonly problems: readonly ManifestProblem[];
  }> {
    const { manifests, problems } = await this.#options.source.load();
    this.#manifests = new Map(manifests.map((manifest) => [manifest.name, manifest]));
    this.#problems = problems;
    return { manifests, problems };
  }

  /** The manifest of that name. Throws `bad-input`, with the reason if its file is bad. */
  async find(name: string): Promise<AgentManifest> {
    if (!this.#manifests.has(name)) await this.load();
    const manifest = this.#manifests.get(name);
    if (manifest) return manifest;
    const problem = this.#problems.find(({ file }) => file.endsWith(`${name}.json`));
    const message = problem ? `${name} cannot be launched: ${problem.message}` : `There is no agent ${name}`;
    throw new KernelError("bad-input", message, {
      field: "agent",
      hint: `Choose one of: ${[...this.#manifests.keys()].join(", ")}`,
    });
  }

  /** The manifest of that name as it was last read; null when there is none. */
  known(name: string): AgentManifest | null {
    return this.#manifests.get(name) ?? null;
  }

  /** The model to launch with: the one chosen, else the one the manifest prefers if it is there, else the default. */
  modelOf(manifest: AgentManifest, chosen: string | null): string | null {
    if (chosen !== null) return chosen;
    return manifest.model !== null && this.#options.hasModel(manifest.model) ? manifest.model : null;
  }
}
