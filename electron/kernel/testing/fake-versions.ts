import { createHash } from "node:crypto";
import { cp, mkdir, readdir, readFile, rename, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { KernelError } from "../../../shared/errors.ts";
import {
  type FileChange,
  type FileVersion,
  type PlanStep,
  type VersionId,
  versionId,
} from "../../../shared/files.ts";
import type { FileTree, VersionStore } from "../ports.ts";
import type { ChangeAuthor, Expected, VersionedFiles } from "../storage/versioned-files.ts";

const OUTSIDE: ChangeAuthor = { author: { type: "outside" }, syscallId: null };

/** Fake: versions in memory. Nothing is on a disk, and nothing is ever let go. */
export class FakeVersions {
  readonly all: FileVersion[] = [];
  readonly #contents = new Map<string, Uint8Array>();

  readonly store = {
    content: async (hash: string) => {
      const content = this.#contents.get(hash);
      if (!content) throw new KernelError("not-found", "That content was let go");
      return content;
    },
    version: async (id: VersionId) => this.all.find((each) => each.id === id) ?? null,
    newest: async (paths: readonly string[]) => paths.map((path) => this.newest(path)),
    versions: async (path: string, limit: number) => {
      const found = this.all.filter((each) => each.path === path).toReversed();
      return { versions: found.slice(0, limit), more: Math.max(0, found.length - limit) };
    },
    count: async (paths: readonly string[]) =>
      paths.map((path) => this.all.filter((each) => each.path === path).length),
    trash: async (limit: number) => {
      const rows = [...new Set(this.all.map(({ path }) => path))].flatMap((path) => {
        const deleted = this.newest(path);
        const last = this.all.findLast((each) => each.path === path && each.hash !== null);
        return deleted?.change.type === "deleted" && last ? [{ path, deleted, last }] : [];
      });
      return { rows: rows.toReversed().slice(0, limit), more: Math.max(0, rows.length - limit) };
    },
    pin: async (id: VersionId, pinned: "yes" | "no") => {
      const index = this.all.findIndex((each) => each.id === id);
      const version = this.all[index];
      if (version) this.all[index] = { ...version, pinned };
    },
    // The rest is the real store's.
  } as Partial<VersionStore> as VersionStore;

  newest(path: string): FileVersion | null {
    return this.all.findLast((each) => each.path === path) ?? null;
  }

  add(path: string, change: FileChange, content: Uint8Array | null, by: ChangeAuthor): FileVersion {
    const hash = content && createHash("sha256").update(content).digest("hex");
    if (content && hash) this.#contents.set(hash, content);
    const version: FileVersion = {
      id: versionId(this.all.length + 1),
      path,
      change,
      hash,
      bytes: content?.length ?? 0,
      ...by,
      at: 1_700_000_000_000 + this.all.length * 1_000,
      pinned: "no",
    };
    this.all.push(version);
    return version;
  }
}

/** Fake: files of a real tree with versions in memory; one change at a time, without care for crashes. */
export class FakeVersionedFiles implements VersionedFiles {
  readonly #files: FileTree;
  readonly #versions: FakeVersions;

  constructor(files: FileTree, versions: FakeVersions) {
    this.#files = files;
    this.#versions = versions;
  }

  async write(path: string, content: string | Uint8Array, expected: Expected, by: ChangeAuthor) {
    const target = await this.#files.resolve(path);
    await this.notice([target]);
    const newest = this.#versions.newest(target);
    const isThere = newest !== null && newest.hash !== null;
    if (expected.type === "version" && newest?.id !== expected.id)
      throw new KernelError("conflict", `"${path}" was changed`);
    if (expected.type === "absent" && isThere) throw new KernelError("conflict", `"${path}" is there`);
    const text = typeof content === "string" ? content : Buffer.from(content).toString("utf8");
    const { created } = await this.#files.write(target, text);
    const type = created === "created" ? "created" : "written";
    return this.#versions.add(target, { type }, Buffer.from(text), by);
  }

  async makeFolder(path: string): Promise<void> {
    await mkdir(this.#at(await this.#files.resolve(path)), { recursive: true });
  }

  async move(from: string, to: string, by: ChangeAuthor): Promise<readonly FileVersion[]> {
    const made = await this.#place(from, to, by, "move");
    for (const { path } of made) {
      const old = from + path.slice(to.length);
      this.#versions.add(old, { type: "moved-away", to: path }, null, by);
    }
    return made;
  }

  copy(from: string, to: string, by: ChangeAuthor): Promise<readonly FileVersion[]> {
    return this.#place(from, to, by, "copy");
  }

  async remove(path: string, by: ChangeAuthor): Promise<readonly FileVersion[]> {
    const target = await this.#files.resolve(path);
    const gone = await this.#filesIn(target);
    await this.notice(gone);
    await this.#files.trash(target);
    return gone.map((each) => this.#versions.add(each, { type: "deleted" }, null, by));
  }

  async rollBack(path: string, to: VersionId, by: ChangeAuthor): Promise<FileVersion> {
    const content = await this.#contentOf(to);
    await this.#files.write(path, content.toString("utf8"));
    return this.#versions.add(path, { type: "rolled-back", to }, content, by);
  }

  async restore(from: VersionId, by: ChangeAuthor): Promise<FileVersion> {
    const version = await this.#versions.store.version(from);
    if (!version) throw new KernelError("not-found", `There is no version ${from}`);
    if ((await this.#typeOf(version.path)) !== "nothing")
      throw new KernelError("conflict", `"${version.path}" is there again`);
    const content = await this.#contentOf(from);
    await this.#files.write(version.path, content.toString("utf8"));
    return this.#versions.add(version.path, { type: "restored", from }, content, by);
  }

  async check(steps: readonly PlanStep[]): Promise<readonly PlanStep[]> {
    const there = new Map<string, "nothing" | "something">();
    const at = async (path: string) => {
      for (let each = path; each !== "."; each = dirname(each)) {
        const known = there.get(each);
        if (known === "nothing" || (known && each === path)) return known;
      }
      return (await this.#typeOf(path)) === "nothing" ? "nothing" : "something";
    };
    const checked: PlanStep[] = [];
    for (const [index, step] of steps.entries()) {
      const path = await this.#files.resolve("from" in step ? step.from : step.path);
      const to = "from" in step ? await this.#files.resolve(step.to) : path;
      const refuse = (why: string) => new KernelError("conflict", `Step ${index + 1}: ${why}`);
      const needs = step.type !== "write" && step.type !== "make-folder";
      if (needs && (await at(path)) === "nothing") throw refuse(`there is no "${path}"`);
      if ("from" in step && (await at(to)) !== "nothing") throw refuse(`"${to}" is there`);
      if (step.type === "move" || step.type === "delete") there.set(path, "nothing");
      if (step.type !== "delete") there.set(to, "something");
      checked.push("from" in step ? { ...step, from: path, to } : { ...step, path });
    }
    return checked;
  }

  async apply(steps: readonly PlanStep[], by: ChangeAuthor): Promise<readonly FileVersion[]> {
    const made: FileVersion[] = [];
    for (const step of await this.check(steps)) {
      if (step.type === "make-folder") await this.makeFolder(step.path);
      else if (step.type === "write")
        made.push(await this.write(step.path, step.content, { type: "anything" }, by));
      else if (step.type === "delete") made.push(...(await this.remove(step.path, by)));
      else if (step.type === "roll-back") made.push(await this.rollBack(step.path, step.to, by));
      else made.push(...(await this[step.type](step.from, step.to, by)));
    }
    return made;
  }

  async notice(paths: readonly string[]): Promise<void> {
    for (const path of paths) {
      const content = await readFile(this.#at(path)).catch(() => null);
      const newest = this.#versions.newest(path);
      const hash = content && createHash("sha256").update(content).digest("hex");
      if (hash === (newest?.hash ?? null)) continue;
      const type = content === null ? "deleted" : newest?.hash == null ? "created" : "written";
      this.#versions.add(path, { type }, content, OUTSIDE);
    }
  }

  async recover(): Promise<void> {}

  async #place(from: string, to: string, by: ChangeAuthor, how: "move" | "copy") {
    const source = await this.#files.resolve(from);
    const target = await this.#files.resolve(to);
    if ((await this.#typeOf(source)) === "nothing")
      throw new KernelError("not-found", `There is no "${from}"`);
    if ((await this.#typeOf(target)) !== "nothing") throw new KernelError("conflict", `"${to}" is there`);
    await this.notice(await this.#filesIn(source));
    await mkdir(dirname(this.#at(target)), { recursive: true });
    if (how === "move") await rename(this.#at(source), this.#at(target));
    else await cp(this.#at(source), this.#at(target), { recursive: true });
    const made: FileVersion[] = [];
    for (const path of await this.#filesIn(target)) {
      const change: FileChange =
        how === "move" ? { type: "moved", from: source + path.slice(target.length) } : { type: "created" };
      made.push(this.#versions.add(path, change, await readFile(this.#at(path)), by));
    }
    return made;
  }

  async #contentOf(id: VersionId): Promise<Buffer> {
    const version = await this.#versions.store.version(id);
    if (!version?.hash) throw new KernelError("not-found", `${id} holds nothing`);
    return Buffer.from(await this.#versions.store.content(version.hash));
  }

  #at(path: string): string {
    return join(this.#files.root, path);
  }

  async #typeOf(path: string): Promise<"nothing" | "file" | "folder"> {
    const found = await stat(this.#at(path)).catch(() => null);
    return found === null ? "nothing" : found.isDirectory() ? "folder" : "file";
  }

  async #filesIn(path: string): Promise<readonly string[]> {
    if ((await this.#typeOf(path)) !== "folder") return [path];
    const names = await readdir(this.#at(path), { recursive: true });
    const inside = names.map((name) => `${path}/${name}`).sort();
    const types = await Promise.all(inside.map((each) => this.#typeOf(each)));
    return inside.filter((_, index) => types[index] === "file");
  }
}
