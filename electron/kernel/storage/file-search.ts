import type { FileHit, FileSearchResult } from "../../../shared/files.ts";
import { sensitivity } from "../access/sensitive-paths.ts";
import { FILE_BYTES, UNINDEXED_SEARCHED } from "../limits.ts";
import type { FileIndex, FileTree, QueryVector } from "../ports.ts";
import { isIn } from "./file-paths.ts";
import { excerpt, hitIn, holdsAll, holdsAllStems, wordsOf } from "./hit-text.ts";
import type { Unindexed } from "./indexer.ts";

export interface FileQuery {
  readonly text: string;
  /** Canonical paths: only what is one of these or lies in one is looked at. `.` for all. */
  readonly under: readonly string[];
  /** And nothing that is one of these or lies in one. */
  readonly except: readonly string[];
  readonly limit: number;
  readonly signal: AbortSignal;
}

export interface FileFindings extends FileSearchResult {
  /** What the person or model should know of the answer, such as that files are still being read. */
  readonly notes: readonly string[];
}

/** Finds files by words and meaning. Key material is never found. Throws `cancelled`. */
export type FileSearch = (query: FileQuery) => Promise<FileFindings>;

export interface FileSearchParts {
  readonly files: Pick<FileTree, "read" | "search">;
  /** null: every search looks through the files themselves, by words alone. */
  readonly indexing: {
    readonly index: Pick<FileIndex, "search">;
    readonly unindexed: () => Unindexed;
  } | null;
  /** The query's vector; null where there is no model for it. Never rejects. */
  readonly vectorOf: (query: string) => Promise<QueryVector | null>;
}

/** Stands for the text of a hit in a file's name. */
export const NAME_HIT = "(the name matches)";
/** Times as many are looked for as are wanted, where some may have to be left out. */
const OVERSAMPLED = 4;
/** Hits of one file that is read by the search itself. */
const HITS_PER_FILE = 10;

const PLAIN = { score: 0, words: null, meaning: null } as const;

/**
 * Looks into the index, and into files that have just changed itself, so that whoever writes a file finds it at once.
 * While many files are still to be read it looks through them too, within the bounds of FileTree.search. An index that
 * fails is done without.
 */
export function createFileSearch({ files, indexing, vectorOf }: FileSearchParts): FileSearch {
  async function lookThrough(query: FileQuery, reason: string): Promise<FileFindings> {
    const found = await files.search(query.text, OVERSAMPLED * query.limit, query.signal);
    const hits = found.filter(({ path }) => isAllowed(path, query)).slice(0, query.limit);
    return {
      hits: hits.map(({ path, line, text }) => ({
        path,
        line: line === 0 ? null : line,
        text,
        match: PLAIN,
      })),
      searchedBy: { type: "words", reason },
      notes: [],
    };
  }

  return async (query) => {
    if (indexing === null) return lookThrough(query, "The files are not indexed here");
    const { text, under, except, limit } = query;
    const { waiting, count, scan } = indexing.unindexed();
    const words = wordsOf(text);
    // Their number is bounded: the rest is told of.
    const changed = count <= UNINDEXED_SEARCHED ? [...waiting] : [];
    const found = await indexing.index
      .search({ text, vector: await vectorOf(text), under, except, limit: limit + changed.length })
      .catch(() => null);
    if (found === null) return lookThrough(query, "The index of files cannot be read at present");
    const fresh = await Promise.all(
      changed.filter((path) => isAllowed(path, query)).map((path) => hitsIn(files, path, words)),
    );
    const old = found.hits.flatMap(({ path, chunk, score, words: byWords, meaning }): FileHit[] => {
      if (changed.includes(path) || !isAllowed(path, query)) return [];
      const hit =
        chunk.line === null && chunk.text === path ? { line: null, text: NAME_HIT } : hitIn(chunk, words);
      return [{ path, ...hit, match: { score, words: byWords, meaning } }];
    });
    const first = [...fresh.flat(), ...old];
    if (changed.length === count && scan === "done") {
      return { hits: first.slice(0, limit), searchedBy: found.searchedBy, notes: [] };
    }
    // Much is not read yet: what lies in the files themselves comes after what the index has.
    const known = new Set(first.map(({ path }) => path));
    const rest = (await lookThrough(query, "")).hits.filter(({ path }) => !known.has(path));
    return {
      hits: [...first, ...rest].slice(0, limit),
      searchedBy: found.searchedBy,
      notes: [stillReading(count, scan)],
    };
  };
}

/**
 * The answer as a model reads it: `path:line: text`, line 0 where there is none. Where no line and no name holds all
 * of the words it begins with "No matches".
 */
export function findingsText({ hits, notes }: FileFindings, query: string): string {
  const words = wordsOf(query);
  const rows = hits.map(({ path, line, text }) => `${path}:${line ?? 0}: ${text}`);
  const exact = hits.some(({ path, text }) => holdsAllStems(text, words) || holdsAllStems(path, words));
  const lead = rows.length === 0 ? ["No matches."] : exact ? [] : ["No matches of all words. The closest:"];
  return [...lead, ...rows, ...notes].join("\n");
}

const isAllowed = (path: string, { under, except }: FileQuery): boolean =>
  sensitivity(path) !== "secret" &&
  under.some((folder) => isIn(folder, path)) &&
  !except.some((folder) => isIn(folder, path));

/** Of a file that is gone, or no text, there are none. */
async function hitsIn(
  files: Pick<FileTree, "read">,
  path: string,
  words: readonly string[],
): Promise<readonly FileHit[]> {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const read = await files.read(path, FILE_BYTES).catch(() => null);
  if (read === null) return [];
  const lines = read.text.split("\n").entries();
  const hits: FileHit[] = holdsAll(name, words) ? [{ path, line: null, text: NAME_HIT, match: PLAIN }] : [];
  for (const [index, line] of lines) {
    if (hits.length >= HITS_PER_FILE) break;
    if (holdsAll(line, words)) hits.push({ path, line: index + 1, text: excerpt(line, words), match: PLAIN });
  }
  return hits;
}

function stillReading(count: number, scan: Unindexed["scan"]): string {
  const files = count === 1 ? "1 file is" : `${count} files are`;
  return scan === "looking"
    ? "The files are still being looked through: there may be more."
    : `${files} still to be read: there may be more.`;
}
