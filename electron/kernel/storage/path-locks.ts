/** Paths that are taken, with the folders above them. */
class Taken {
  readonly #paths = new Map<string, number>();
  readonly #above = new Map<string, number>();

  /** Whether a path, one above it or one below it is taken. */
  has(path: string): boolean {
    return (
      this.#paths.has(path) || this.#above.has(path) || foldersAbove(path).some((at) => this.#paths.has(at))
    );
  }

  add(paths: readonly string[]): void {
    for (const path of paths) {
      count(this.#paths, path, 1);
      for (const above of foldersAbove(path)) count(this.#above, above, 1);
    }
  }

  remove(paths: readonly string[]): void {
    for (const path of paths) {
      count(this.#paths, path, -1);
      for (const above of foldersAbove(path)) count(this.#above, above, -1);
    }
  }
}

function count(counts: Map<string, number>, key: string, step: 1 | -1): void {
  const now = (counts.get(key) ?? 0) + step;
  if (now === 0) counts.delete(key);
  else counts.set(key, now);
}

/** The folders that hold a canonical path, the workspace itself included. */
export function foldersAbove(path: string): readonly string[] {
  if (path === ".") return [];
  const folders = ["."];
  for (let slash = path.indexOf("/"); slash >= 0; slash = path.indexOf("/", slash + 1)) {
    folders.push(path.slice(0, slash));
  }
  return folders;
}

interface Waiting {
  readonly paths: readonly string[];
  readonly start: () => void;
}

/**
 * One change of a path at a time; a folder stands for all that is in it. Whoever needs several paths takes them all at
 * once or waits with none in hand, so nobody waits in a circle; and nobody overtakes one who waits for the same path,
 * so everybody's turn comes.
 */
export class PathLocks {
  readonly #held = new Taken();
  readonly #waiting: Waiting[] = [];

  /** Runs `use` while nobody else has any of these canonical paths. */
  async with<T>(paths: readonly string[], use: () => Promise<T>): Promise<T> {
    const own = [...new Set(paths)];
    await this.#take(own);
    try {
      return await use();
    } finally {
      this.#held.remove(own);
      this.#admit();
    }
  }

  #take(paths: readonly string[]): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push({ paths, start: resolve });
    this.#admit();
    return promise;
  }

  #admit(): void {
    const ahead = new Taken();
    const stay: Waiting[] = [];
    for (const waiting of this.#waiting.splice(0)) {
      if (waiting.paths.some((path) => this.#held.has(path) || ahead.has(path))) {
        ahead.add(waiting.paths);
        stay.push(waiting);
      } else {
        this.#held.add(waiting.paths);
        waiting.start();
      }
    }
    this.#waiting.push(...stay);
  }
}
