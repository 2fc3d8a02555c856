import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { VersionStore } from "../../ports.ts";

const FOLDERS = ["a", "a/deep", "b", "b/c", "d"] as const;

/** Random steps that a seed gives again (mulberry32). */
export class RandomSteps {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** From 0 to `below` - 1. */
  next(below: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  }

  folder(): string {
    return FOLDERS[this.next(FOLDERS.length)] ?? "a";
  }

  path(): string {
    return `${this.folder()}/${this.next(12)}.txt`;
  }

  /** Some of it again and again, some of it larger than a page of a disk. */
  content(): string {
    const word = `${this.next(500)} `;
    return word.repeat(this.next(10) === 0 ? 5_000 : 1 + this.next(50));
  }
}

/** Files by path, with their SHA-256; the trash left out. */
export function filesOnDisk(root: string): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  const folders = [""];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (path === ".trash") continue;
      if (entry.isDirectory()) folders.push(path);
      else
        files.set(
          path,
          createHash("sha256")
            .update(readFileSync(join(root, path)))
            .digest("hex"),
        );
    }
  }
  return files;
}

/** Where the tree is not what its versions say, in words. */
export async function differences(root: string, store: VersionStore): Promise<readonly string[]> {
  const disk = new Map(filesOnDisk(root));
  const wrong: string[] = [];
  for (const { path, hash, id } of await store.present("", 1_000_000)) {
    if (disk.get(path) !== hash) wrong.push(`${path} is not ${id}`);
    disk.delete(path);
  }
  for (const path of disk.keys()) wrong.push(`${path} has no version`);
  for (const change of await store.unfinished()) wrong.push(`${change[0]?.id} is not finished`);
  return wrong;
}
