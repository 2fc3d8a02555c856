import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { AgentManifest } from "../../shared/manifest.ts";
import type { Settings } from "../../shared/settings.ts";

const made = new Set<string>();

/** A fresh data folder, with these settings in its config.json. */
export function makeDataFolder(settings: Partial<Settings> = {}): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "aios-e2e-")));
  made.add(folder);
  writeInto(folder, "config.json", JSON.stringify({ settings, cores: [] }));
  return folder;
}

/** Writes a file under a folder, and the folders on the way to it. */
export function writeInto(folder: string, path: string, text: string): void {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** Puts an agent of a test's own into a data folder. What is left out is as the schema has it. */
export function writeManifest(
  folder: string,
  manifest: Pick<AgentManifest, "name" | "tools"> & Partial<AgentManifest>,
): void {
  const whole = {
    title: manifest.name,
    description: `Made by a test: ${manifest.name}`,
    instructions: "Do as the task says.",
    sampleTasks: ["Do something"],
    ...manifest,
  };
  writeInto(folder, join("agents", `${manifest.name}.json`), JSON.stringify(whole));
}

/** Removes every folder made so far. */
export function removeDataFolders(): void {
  for (const folder of made) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  made.clear();
}
