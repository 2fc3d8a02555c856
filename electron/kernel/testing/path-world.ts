import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export interface PathRow {
  readonly path: string;
  readonly technique: string;
  /** `inside`, `floor` (nobody may), or the code of the error. */
  readonly expected: string;
  readonly canonical?: string;
  /** What a change of it meets, where that is not what reading it meets. */
  readonly write?: string;
}
interface SwapStep {
  readonly do: string;
  readonly path?: string;
  readonly to?: string;
  readonly expected?: string;
}
interface PathCorpus {
  /** Files with their texts, from the folder that holds the workspace; links of the workspace with their targets. */
  readonly layout: { readonly files: Record<string, string>; readonly links: Record<string, string> };
  readonly paths: readonly PathRow[];
  readonly swaps: readonly {
    readonly name: string;
    readonly tool: string;
    readonly path: string;
    readonly steps: readonly SwapStep[];
  }[];
}

// Not imported: half a character is valid JSON, and no valid module.
const FILE = join(import.meta.dirname, "..", "access", "corpus", "paths.json");
export const corpus: PathCorpus = JSON.parse(readFileSync(FILE, "utf8"));
export const techniques = [...new Set(corpus.paths.map(({ technique }) => technique))];

const OUTSIDE = ["outside", "outside.txt", "workspace", "workspace-evil", "workspace2"];

export function place(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** The corpus's files and links in a folder of their own: a workspace, and secrets in it and beside it. */
export class PathWorld {
  readonly base = realpathSync(mkdtempSync(join(tmpdir(), "aios-paths-")));
  readonly root = join(this.base, "workspace");

  constructor() {
    for (const [path, text] of Object.entries(corpus.layout.files)) place(join(this.base, path), text);
    for (const [path, target] of Object.entries(corpus.layout.links)) {
      mkdirSync(dirname(join(this.root, path)), { recursive: true });
      symlinkSync(this.filled(target), join(this.root, path));
    }
  }

  filled(text: string): string {
    return text.replace("{base}", this.base).replace("{workspace}", this.root);
  }

  /** What is not as it was of everything outside and of every key, in words. */
  damage(): readonly string[] {
    const wrong: string[] = [];
    if (readdirSync(this.base).sort().join() !== OUTSIDE.join()) wrong.push("something new lies outside");
    for (const [path, text] of Object.entries(corpus.layout.files)) {
      if (text === "secret" && readFileSync(join(this.base, path), "utf8") !== text) wrong.push(path);
    }
    for (const folder of ["outside", "workspace-evil", "workspace2"]) {
      if (readdirSync(join(this.base, folder)).join() !== "secret.txt") wrong.push(folder);
    }
    for (const folder of [".ssh", ".git/hooks", ".trash/1"]) {
      if (readdirSync(join(this.root, folder)).length !== 1) wrong.push(folder);
    }
    return wrong;
  }

  remove(): void {
    rmSync(this.base, { recursive: true });
  }
}
