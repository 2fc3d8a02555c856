import { open, opendir } from "node:fs/promises";
import { join } from "node:path";
import { type AgentManifest, type ManifestProblem, manifestSchema } from "../../shared/manifest.ts";
import type { ManifestSource } from "../kernel/ports.ts";

const MOST_FILES = 500;
const MOST_BYTES = 64 * 1024;
/** Problems of one file that are named; a file with more is best read again by a person anyway. */
const ISSUES_NAMED = 3;

type Loaded =
  | { readonly type: "manifest"; readonly manifest: AgentManifest }
  | { readonly type: "problem"; readonly message: string };

/**
 * Agent manifests from the `*.json` files of several folders. A manifest of a later folder replaces the one of the
 * same name in an earlier. Each bad file is one problem that names the field and what was expected there.
 */
export function createManifestFolders(folders: readonly string[]): ManifestSource {
  return {
    async load() {
      const manifests = new Map<string, AgentManifest>();
      const problems: ManifestProblem[] = [];
      for (const folder of folders) {
        for (const name of await namesIn(folder, problems)) {
          const file = join(folder, name);
          const loaded = await loadFile(file, name);
          if (loaded.type === "manifest") manifests.set(loaded.manifest.name, loaded.manifest);
          else problems.push({ file, message: loaded.message });
        }
      }
      return { manifests: [...manifests.values()], problems };
    },
  };
}

async function namesIn(folder: string, problems: ManifestProblem[]): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const entry of await opendir(folder)) {
      if (!entry.name.endsWith(".json") || entry.name.startsWith(".") || entry.isDirectory()) continue;
      if (names.length === MOST_FILES) {
        const message = `The folder has more than ${MOST_FILES} manifests; some were left out. Move the ones you do not use away.`;
        problems.push({ file: folder, message });
        break;
      }
      names.push(entry.name);
    }
  } catch (error) {
    problems.push({ file: folder, message: `The folder cannot be read: ${reasonOf(error)}` });
  }
  return names.sort();
}

async function loadFile(file: string, name: string): Promise<Loaded> {
  let json: unknown;
  try {
    const text = await readLimited(file);
    if (text === null) return problem(`The file is larger than ${MOST_BYTES / 1024} KB`);
    json = JSON.parse(text);
  } catch (error) {
    return problem(error instanceof SyntaxError ? `No valid JSON: ${error.message}` : reasonOf(error));
  }
  const parsed = manifestSchema.safeParse(json);
  if (!parsed.success) {
    const { issues } = parsed.error;
    const named = issues.slice(0, ISSUES_NAMED).map(({ path, message }) => [path.join("."), message]);
    const more = issues.length > ISSUES_NAMED ? [`and ${issues.length - ISSUES_NAMED} more`] : [];
    const parts = named.map(([field, message]) => (field === "" ? message : `${field}: ${message}`));
    return problem([...parts, ...more].join("; "));
  }
  const manifest = parsed.data;
  if (name !== `${manifest.name}.json`) {
    return problem(
      `name: expected "${name.slice(0, -".json".length)}" as in the file's name, got "${manifest.name}"`,
    );
  }
  return { type: "manifest", manifest };
}

/** The whole text, or null for a file over the limit. */
async function readLimited(file: string): Promise<string | null> {
  const handle = await open(file, "r");
  try {
    const { size } = await handle.stat();
    return size > MOST_BYTES ? null : await handle.readFile("utf8");
  } finally {
    await handle.close();
  }
}

const problem = (message: string): Loaded => ({ type: "problem", message });
const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
