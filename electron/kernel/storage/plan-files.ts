import { KernelError } from "../../../shared/errors.ts";
import { GROUP_WORKSPACES, MOUNTS, OWN_WORKSPACES } from "../../../shared/workspaces.ts";
import { sensitivity } from "../access/sensitive-paths.ts";
import { PLAN_FILES, PLAN_FOUND, PLAN_NEAR } from "../limits.ts";
import type { FileEntry, FileTree } from "../ports.ts";
import { entriesOf, type FilePaths, isIn } from "./file-paths.ts";
import type { FileSearch } from "./file-search.ts";
import type { FileChoice } from "./plan-grammar.ts";
import { endingOf } from "./plan-kinds.ts";

/** Finds the files that words are about, by canonical paths, best first. */
export type FindFiles = (
  words: string,
  under: string,
  guesses: Guesses,
  signal: AbortSignal,
) => Promise<readonly string[]>;
/** Whether files may be taken that are only near in meaning. */
export type Guesses = "taken" | "none";

/** The files of one folder, as a plan looks at them. */
export class PlanFiles {
  readonly #files: Pick<FileTree, "list">;
  readonly #paths: FilePaths;
  readonly #find: FindFiles;
  readonly #signal: AbortSignal;
  /** The folder that a request is made in; paths of the request are relative to it. */
  readonly base: string;

  constructor(parts: {
    readonly files: Pick<FileTree, "list">;
    readonly paths: FilePaths;
    readonly find: FindFiles;
    readonly base: string;
    readonly signal: AbortSignal;
  }) {
    this.#files = parts.files;
    this.#paths = parts.paths;
    this.#find = parts.find;
    this.#signal = parts.signal;
    this.base = parts.base;
  }

  /** A path of the request, canonical. */
  at(path: string): Promise<string> {
    const base = this.#paths.shown(this.base);
    return this.#paths.resolve(base === "." ? path : `${base}/${path}`);
  }

  typeAt(target: string): Promise<"nothing" | "file" | "folder"> {
    return this.#paths.typeAt(target);
  }

  /** What lies in just one folder; nothing where there is none. */
  async entries(folder: string): Promise<readonly FileEntry[]> {
    if ((await this.typeAt(folder)) !== "folder") return [];
    const { entries, more } = await entriesOf(this.#files, folder, PLAN_FILES);
    if (more > 0) throw tooMany(folder);
    return entries.filter(({ path }) => sensitivity(path) === null);
  }

  /** The files that are meant, in order of their paths. Throws `not-found` where a named one is not there. */
  async chosen(choice: FileChoice, guesses: Guesses): Promise<readonly FileEntry[]> {
    if (choice.paths.length > 0) return this.#named(choice);
    const folder = choice.folder === "" ? this.base : await this.at(choice.folder);
    if ((await this.typeAt(folder)) !== "folder") throw missing(choice.folder);
    const all = await this.#below(folder);
    const about = choice.about === "" ? null : new Set(await this.#about(choice.about, folder, guesses));
    const words = wordsOf(choice.named);
    return all.filter(
      ({ path, bytes }) =>
        (choice.endings.length === 0 || choice.endings.includes(endingOf(nameIn(path)))) &&
        (choice.size === "any" || bytes === 0) &&
        words.every((word) => nameIn(path).toLowerCase().includes(word)) &&
        (about === null || about.has(path)),
    );
  }

  async #named({ paths, folder }: FileChoice): Promise<readonly FileEntry[]> {
    const found: FileEntry[] = [];
    for (const path of paths) {
      const target = await this.at(folder === "" ? path : `${folder}/${path}`);
      const type = await this.typeAt(target);
      if (type === "nothing") throw missing(path);
      found.push({ path: target, type, bytes: 0, modifiedAt: 0 });
    }
    return found;
  }

  /** All files below a folder but those of other workspaces, keys, and what steers programs. */
  async #below(folder: string): Promise<readonly FileEntry[]> {
    const found: FileEntry[] = [];
    const open = [folder];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      for (const entry of await this.entries(next)) {
        if (!isIn(next, entry.path) || isElsewhere(folder, entry.path)) continue;
        if (entry.type === "folder") open.push(entry.path);
        else found.push(entry);
      }
      if (found.length + open.length > PLAN_FILES) throw tooMany(folder);
      this.#signal.throwIfAborted();
    }
    return found.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  }

  async #about(words: string, folder: string, guesses: Guesses): Promise<readonly string[]> {
    return this.#find(wordsOf(words).join(" "), folder, guesses, this.#signal);
  }
}

/**
 * Finds files by words, each of which may stand anywhere in a file's name or text, that of documents included; where
 * no file has them all, those that the index holds to be nearest in meaning.
 */
export const findForPlans =
  (files: Pick<FileTree, "search">, search: FileSearch): FindFiles =>
  async (words, under, guesses, signal) => {
    const look = (text: string, limit: number) =>
      search({ text, under: [under], except: [], limit, signal }).then(({ hits }) => hits);
    const found: (readonly string[])[] = [];
    for (const word of words.split(" ").filter(Boolean)) {
      const lines = await files.search(word, PLAN_FOUND, signal);
      const hits = (await look(word, PLAN_FOUND)).filter(({ match }) => match.words !== null);
      const paths = new Set([...lines, ...hits].map(({ path }) => path));
      found.push([...paths].filter((path) => isIn(under, path)));
    }
    const [first = [], ...others] = found;
    const all = first.filter((path) => others.every((paths) => paths.includes(path)));
    if (all.length > 0 || guesses === "none") return all;
    const near = (await look(words, PLAN_NEAR)).filter(({ match }) => match.meaning !== null);
    return near.map(({ path }) => path);
  };

const FILLERS = new Set(["the", "a", "an", "my", "our", "of", "and", "to", "in", "on", "for"]);

/** What is looked for, in small letters; the plural ends like the singular begins. */
const wordsOf = (text: string): readonly string[] =>
  text
    .toLowerCase()
    .split(/[\s,;]+/)
    .map((word) => word.replace(/^["']+|["']+$/g, ""))
    .filter((word) => word !== "" && !FILLERS.has(word))
    .map((word) => (/[^s]s$/.test(word) && word.length > 3 ? word.slice(0, -1) : word));

const nameIn = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

const isElsewhere = (folder: string, path: string): boolean =>
  folder === "." && [OWN_WORKSPACES, GROUP_WORKSPACES, MOUNTS].includes(path);

const missing = (path: string): KernelError =>
  new KernelError("not-found", `There is no "${path}" in the workspace`, {
    field: "request",
    hint: "Name a file or folder that is there",
  });

const tooMany = (folder: string): KernelError =>
  new KernelError("limit-reached", `${folder} holds more than ${PLAN_FILES} files, too many for one plan`, {
    hint: "Make the plan in a folder of it",
  });
