import type { KernelEvent } from "../../../shared/events.ts";
import type { EventLog } from "../events/event-log.ts";
import type { Clock, EmbeddingSource, FileIndex, FileTree, QueryVector, TextExtractor } from "../ports.ts";
import { createFileSearch, type FileSearch } from "./file-search.ts";
import { Indexer } from "./indexer.ts";

/** What files are indexed with. */
export interface FileIndexing {
  readonly index: FileIndex;
  readonly extractor: TextExtractor;
}

export interface FileFindingParts {
  readonly files: FileTree;
  readonly log: EventLog;
  readonly clock: Clock;
  /** null: searches look through the files themselves. */
  readonly indexing: FileIndexing | null;
  /** The vector of a query; null: by words alone. Never rejects. */
  readonly vectorOf: (query: string) => Promise<QueryVector | null>;
  /** There may be texts without a vector. */
  readonly indexed: () => void;
}

/** Finding files by words and meaning: the search, and the index that is kept up to date behind it. */
export interface FileFinding {
  readonly search: FileSearch;
  /** Texts that want vectors. */
  readonly sources: readonly EmbeddingSource[];
  /** Once the tree may be read. */
  open(): void;
  apply(event: KernelEvent): void;
  /** Of a file or folder that no version tells of. */
  changed(path: string): void;
  /** Rejects with `storage-failed` where the index refuses. */
  readAgain(): Promise<void>;
  close(): Promise<void>;
}

export function createFileFinding(parts: FileFindingParts): FileFinding {
  const { files, log, clock, indexing, vectorOf, indexed } = parts;
  if (indexing === null) {
    const nothing = async (): Promise<void> => {};
    const search = createFileSearch({ files, indexing, vectorOf });
    return { search, sources: [], open() {}, apply() {}, changed() {}, readAgain: nothing, close: nothing };
  }
  const { index, extractor } = indexing;
  const indexer = new Indexer({
    files,
    index,
    extractor,
    clock,
    announce(status) {
      const before = log.state().fileIndex;
      if (JSON.stringify(before) !== JSON.stringify(status))
        log.append({ type: "files.indexed", index: status });
    },
    indexed,
  });
  return {
    search: createFileSearch({
      files,
      indexing: { index, unindexed: () => indexer.unindexed() },
      vectorOf,
    }),
    sources: [index],
    open: () => indexer.scan(),
    apply(event) {
      if (event.type === "file.changed") indexer.changed(event.version.path);
      else if (event.type === "mount.added" || event.type === "mount.removed") indexer.scan();
    },
    changed: (path) => indexer.changed(path),
    readAgain: () => indexer.readAgain(),
    async close() {
      await indexer.stop();
      await Promise.all([extractor.close(), index.close()]);
    },
  };
}
