import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";

/** One file of the project, as the checks see it. */
export interface SourceFile {
  /** Relative to the root, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** What one check found wrong. */
export interface Finding {
  readonly file: string;
  /** From 1; null where the whole file is meant. */
  readonly line: number | null;
  readonly message: string;
}

const FOLDERS = ["shared", "electron", "renderer", "scripts", "e2e", "bench"] as const;
const CHECKED = /\.(?:ts|tsx|css)$/;

/** Every .ts, .tsx and .css file of the project's rooms and its root, in order of path. Follows no links. */
export function readSourceFiles(root: string): SourceFile[] {
  const atRoot = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(root, entry.name));
  const inFolders = FOLDERS.flatMap((folder) => filesUnder(join(root, folder)));
  return [...atRoot, ...inFolders]
    .filter((path) => CHECKED.test(path))
    .map((path) => ({ path: relative(root, path).split(sep).join("/"), text: readFileSync(path, "utf8") }))
    .sort((left, right) => (left.path < right.path ? -1 : 1));
}

function filesUnder(folder: string): string[] {
  let entries: ReturnType<typeof listFolder>;
  try {
    entries = listFolder(folder);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "node_modules" ? [] : filesUnder(path);
    return entry.isFile() ? [path] : [];
  });
}

const listFolder = (folder: string) => readdirSync(folder, { withFileTypes: true });

export const isScript = (path: string): boolean => /\.tsx?$/.test(path);

/** Tests and what only tests use: `x.test.ts`, `x-suite.ts`, a `testing` folder, the e2e folder. */
export const isTest = (path: string): boolean =>
  /(?:\.test|-suite)\.tsx?$/.test(path) || /(?:^|\/)testing\//.test(path) || path.startsWith("e2e/");
