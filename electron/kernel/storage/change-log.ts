import type { FileVersion, VersionId } from "../../../shared/files.ts";
import type { AgentId } from "../../../shared/ids.ts";
import type { VersionDraft, VersionStore } from "../ports.ts";

/** Tells everybody that there is a version. */
export type TellChanged = (version: FileVersion, agentId: AgentId | null) => void;

/** The versions of changes: written down, finished and told. Throws what the store throws. */
export class ChangeLog {
  readonly #store: VersionStore;
  readonly #tell: TellChanged;

  constructor(store: VersionStore, tell: TellChanged) {
    this.#store = store;
    this.#tell = tell;
  }

  begin(drafts: readonly VersionDraft[]): Promise<readonly FileVersion[]> {
    return this.#store.begin(drafts);
  }

  async finish(versions: readonly FileVersion[]): Promise<void> {
    await this.#store.finish(idsOf(versions));
    for (const version of versions) {
      this.#tell(version, version.author.type === "agent" ? version.author.agentId : null);
    }
  }

  abandon(versions: readonly FileVersion[]): Promise<void> {
    return this.#store.abandon(idsOf(versions));
  }

  /** Versions of what has happened already. */
  async record(drafts: readonly VersionDraft[]): Promise<readonly FileVersion[]> {
    if (drafts.length === 0) return [];
    const versions = await this.begin(drafts);
    try {
      await this.finish(versions);
    } catch (error) {
      // Left over, they are seen to at the next start: nothing on disk hangs on them.
      await this.abandon(versions).catch(() => {});
      throw error;
    }
    return versions;
  }
}

const idsOf = (versions: readonly FileVersion[]): readonly VersionId[] => versions.map(({ id }) => id);
