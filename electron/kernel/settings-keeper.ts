import type { Json, JsonObject } from "../../shared/messages.ts";
import { DEFAULT_SETTINGS, type Settings, settingsSchema } from "../../shared/settings.ts";
import type { EventLog } from "./events/event-log.ts";
import type { ConfigFile } from "./ports.ts";

/** A change to some settings; fields that are absent or undefined stay. */
export type SettingsChange = { readonly [Key in keyof Settings]?: Settings[Key] | undefined };

export interface SettingsKeeperOptions {
  readonly file: ConfigFile;
  readonly log: EventLog;
  /** The cores that a person added, as they are to be kept. */
  readonly cores: () => readonly JsonObject[];
  /** The MCP servers, as they are to be kept. */
  readonly servers: () => readonly JsonObject[];
  /** Called after each change. */
  readonly changed: (settings: Settings) => void;
}

/** Settings, added cores and servers: configuration, so it lives in a file; each change is an event. */
export class SettingsKeeper {
  readonly #options: SettingsKeeperOptions;
  #settings: Settings = DEFAULT_SETTINGS;

  constructor(options: SettingsKeeperOptions) {
    this.#options = options;
  }

  /** Reads the file; returns the cores and servers it holds. A field that no longer fits falls back to its default. */
  async load(): Promise<{ readonly cores: readonly JsonObject[]; readonly servers: readonly JsonObject[] }> {
    const stored = (await this.#options.file.load()) ?? {};
    const given = typeof stored.settings === "object" && stored.settings !== null ? stored.settings : {};
    const fields = Object.entries(DEFAULT_SETTINGS).map(([name, fallback]) => {
      const parsed = settingsSchema.shape[name as keyof Settings].safeParse(Reflect.get(given, name));
      return [name, parsed.success ? parsed.data : fallback];
    });
    this.#settings = settingsSchema.parse(Object.fromEntries(fields));
    this.#announce();
    return { cores: objects(stored.cores), servers: objects(stored.servers) };
  }

  get(): Settings {
    return this.#settings;
  }

  /** Takes effect at once, and is on disk when this resolves. */
  async update(change: SettingsChange): Promise<Settings> {
    const given = Object.entries(change).filter(([, value]) => value !== undefined);
    this.#settings = settingsSchema.parse({ ...this.#settings, ...Object.fromEntries(given) });
    this.#announce();
    await this.save();
    return this.#settings;
  }

  async save(): Promise<void> {
    await this.#options.file.save({
      settings: this.#settings,
      cores: [...this.#options.cores()],
      servers: [...this.#options.servers()],
    });
  }

  #announce(): void {
    this.#options.log.append({ type: "settings.changed", settings: this.#settings });
    this.#options.changed(this.#settings);
  }
}

const objects = (value: Json | undefined): readonly JsonObject[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === "object" && each !== null) : [];
