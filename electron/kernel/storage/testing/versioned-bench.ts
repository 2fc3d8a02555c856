import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FileVersion } from "../../../../shared/files.ts";
import type { AgentId, SyscallId } from "../../../../shared/ids.ts";
import { createFileTree } from "../../../adapters/file-tree.ts";
import { openVersionKeeper } from "../../../adapters/versions/version-keeper.ts";
import { guardPath } from "../../access/path-guard.ts";
import type { FileTree, VersionStore } from "../../ports.ts";
import type { ChangeAuthor } from "../versioned-files.ts";
import { VersionedTree } from "../versioned-tree.ts";

export const PERSON: ChangeAuthor = { author: { type: "person" }, syscallId: null };
export const byAgent = (n: number, name = "clerk", call: number | null = null): ChangeAuthor => ({
  author: { type: "agent", agentId: `a${n}` as AgentId, name },
  syscallId: call === null ? null : (`s${call}` as SyscallId),
});

/** Memory, where there is some: what these tests are about is the order of things, not the speed of a disk. */
const PLACE = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();

export interface BenchOptions {
  readonly wrapTree?: (tree: FileTree) => FileTree;
  readonly wrapStore?: (store: VersionStore) => VersionStore;
}

/** Workspaces with versions in a folder of a test's own: real files and a real database. */
export class VersionedBench {
  readonly folder: string;
  readonly root: string;
  readonly events: FileVersion[] = [];
  store: VersionStore;
  tree: FileTree;
  files: VersionedTree;
  time = Date.UTC(2026, 10, 27, 9, 0, 0);

  constructor(options: BenchOptions = {}) {
    this.folder = mkdtempSync(join(PLACE, "aios-versioned-"));
    this.root = join(this.folder, "workspace");
    mkdirSync(this.root);
    const { store, tree, files } = this.#open(options);
    this.store = store;
    this.tree = tree;
    this.files = files;
  }

  #open({ wrapTree = (tree) => tree, wrapStore = (store) => store }: BenchOptions) {
    const store = wrapStore(
      openVersionKeeper(join(this.folder, "versions.db"), join(this.folder, "versions")),
    );
    const tree = wrapTree(createFileTree(this.root, guardPath));
    const clock = { wall: () => this.time++ };
    const files = new VersionedTree({ tree, store, clock, changed: (version) => this.events.push(version) });
    return { store, tree, files };
  }

  /** As after the end of the program: what only memory knew is gone. */
  async reopen(options: BenchOptions = {}): Promise<void> {
    await this.store.close();
    const { store, tree, files } = this.#open(options);
    this.store = store;
    this.tree = tree;
    this.files = files;
  }

  /** Times that another program has written. */
  outside = 0;

  /** As another program writes: in place, or by a new file, in turn. */
  writeOutside(path: string, text: string): void {
    this.outside += 1;
    const file = join(this.root, path);
    if (this.outside % 2 === 1) {
      writeFileSync(file, text);
      return;
    }
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
  }

  text(path: string): string | null {
    const file = join(this.root, path);
    return statSync(file, { throwIfNoEntry: false })?.isFile() ? readFileSync(file, "utf8") : null;
  }

  async newest(path: string): Promise<FileVersion | null> {
    return (await this.store.newest([path]))[0] ?? null;
  }

  async contentOf(version: FileVersion | null): Promise<string | null> {
    if (version?.hash == null) return null;
    return Buffer.from(await this.store.content(version.hash)).toString("utf8");
  }

  /** Every file with its text, as the disk has them, and as the versions have them. */
  async onDisk(): Promise<Record<string, string>> {
    const found: Record<string, string> = {};
    for await (const page of createFileTree(this.root).walk(".")) {
      for (const { path, type } of page) if (type === "file") found[path] = this.text(path) ?? "";
    }
    return found;
  }

  async inVersions(): Promise<Record<string, string>> {
    const found: Record<string, string> = {};
    for (const version of await this.store.present("", 100_000)) {
      found[version.path] = (await this.contentOf(version)) ?? "";
    }
    return found;
  }

  async destroy(): Promise<void> {
    await this.store.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
