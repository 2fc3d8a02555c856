import { KernelError } from "../../../shared/errors.ts";
import type { FileChange } from "../../../shared/files.ts";
import { CHANGE_FILES } from "../limits.ts";
import { foldersAbove } from "./path-locks.ts";

/** What is at a path, or will be once the steps before have been done. */
export type PlannedNode =
  /** `stamp` is null for what the plan itself has put there. */
  | { readonly type: "file"; readonly hash: string; readonly bytes: number; readonly stamp: string | null }
  | { readonly type: "unkept" | "guarded" | "folder" | "other" | "absent" };

/** Looks at what is on disk before the plan. */
export interface Look {
  at(path: string): Promise<PlannedNode>;
  kind(path: string): Promise<"file" | "folder" | "other" | "absent">;
  /** Everything below a folder. */
  below(path: string): Promise<readonly (readonly [path: string, node: PlannedNode])[]>;
}

/** A step on canonical paths, its content kept. */
export type Step =
  | { readonly type: "make-folder"; readonly path: string }
  | {
      readonly type: "put";
      readonly path: string;
      readonly hash: string;
      readonly bytes: number;
      /** null for `created` or `written`, as it turns out. */
      readonly change: FileChange | null;
    }
  | { readonly type: "move" | "copy"; readonly from: string; readonly to: string }
  | { readonly type: "delete"; readonly path: string };

/** What an operation may replace or remove; of what the plan itself has put there the content is known alone. */
export type Replaced =
  | { readonly type: "absent" | "anything" }
  | {
      readonly type: "file" | "folder";
      readonly files: readonly {
        readonly path: string;
        readonly hash: string;
        readonly stamp: string | null;
      }[];
    };

/** What is done to the tree, one after the other. */
export type Operation =
  | { readonly type: "make-folder"; readonly path: string }
  | { readonly type: "write"; readonly path: string; readonly hash: string; readonly over: Replaced }
  | { readonly type: "move"; readonly from: string; readonly to: string }
  | { readonly type: "remove"; readonly path: string; readonly over: Replaced }
  /** What is not kept as a version goes where it can be brought back by hand. */
  | { readonly type: "trash"; readonly path: string };

/** A version to be made, without its author. */
export interface PlannedVersion {
  readonly path: string;
  readonly change: FileChange;
  readonly hash: string | null;
  readonly bytes: number;
}

/**
 * Steps worked through on paper: each sees what those before it will have done. `add` throws what makes a step
 * impossible; then the plan is worth nothing any more.
 */
export class ChangePlan {
  readonly operations: Operation[] = [];
  readonly versions: PlannedVersion[] = [];
  readonly #look: Look;
  readonly #nodes = new Map<string, PlannedNode>([[".", { type: "folder" }]]);
  /** Folders of which everything below is known. */
  readonly #known = new Set<string>();

  constructor(look: Look) {
    this.#look = look;
  }

  async add(step: Step): Promise<void> {
    switch (step.type) {
      case "make-folder":
        return this.#makeFolder(step.path);
      case "put":
        return this.#put(step);
      case "move":
        return this.#move(step.from, step.to);
      case "copy":
        return this.#copy(step.from, step.to);
      case "delete":
        return this.#delete(step.path);
    }
  }

  async #makeFolder(path: string): Promise<void> {
    const { type } = await this.#at(path);
    if (type === "folder") return;
    if (type !== "absent") throw inTheWay(path);
    await this.#needFolders(path);
    this.#newFolder(path);
    this.operations.push({ type: "make-folder", path });
  }

  async #put({ path, hash, bytes, change }: Extract<Step, { type: "put" }>): Promise<void> {
    const node = await this.#at(path);
    refuseUnkept(path, node, "replaced");
    if (node.type !== "absent" && node.type !== "file") {
      throw new KernelError(
        "conflict",
        `"${path}" is ${node.type === "folder" ? "a folder" : "no regular file"}`,
      );
    }
    if (node.type === "absent") await this.#needFolders(path);
    this.operations.push({ type: "write", path, hash, over: replaced([[path, node]]) });
    const type = node.type === "absent" ? "created" : "written";
    this.versions.push({ path, hash, bytes, change: change ?? { type } });
    this.#nodes.set(path, { type: "file", hash, bytes, stamp: null });
  }

  async #move(from: string, to: string): Promise<void> {
    const node = await this.#needSource(from, to);
    const inner = node.type === "folder" ? await this.#below(from) : [];
    for (const [path, moved] of [[from, node] as const, ...inner]) {
      const goal = to + path.slice(from.length);
      refuseGuarded(path, moved, "moved");
      if (moved.type === "file") {
        const { hash, bytes } = moved;
        this.versions.push({ path, hash: null, bytes: 0, change: { type: "moved-away", to: goal } });
        this.versions.push({ path: goal, hash, bytes, change: { type: "moved", from: path } });
      }
      this.#nodes.set(path, { type: "absent" });
      this.#nodes.set(goal, moved.type === "file" ? { ...moved, stamp: null } : moved);
      if (moved.type === "folder") this.#known.add(goal);
    }
    this.operations.push({ type: "move", from, to });
  }

  async #copy(from: string, to: string): Promise<void> {
    const node = await this.#needSource(from, to);
    const inner = node.type === "folder" ? await this.#below(from) : [];
    for (const [path, copied] of [[from, node] as const, ...inner]) {
      const goal = to + path.slice(from.length);
      refuseUnkept(path, copied, "copied");
      if (copied.type === "folder") {
        this.operations.push({ type: "make-folder", path: goal });
        this.#newFolder(goal);
      } else if (copied.type === "file") {
        const { hash, bytes } = copied;
        this.operations.push({ type: "write", path: goal, hash, over: { type: "absent" } });
        this.versions.push({ path: goal, hash, bytes, change: { type: "created" } });
        this.#nodes.set(goal, { ...copied, stamp: null });
      }
    }
  }

  async #delete(path: string): Promise<void> {
    if (path === ".") throw new KernelError("not-allowed", "The workspace itself cannot be deleted");
    const node = await this.#at(path);
    if (node.type === "absent") throw notThere(path);
    const gone = [[path, node] as const, ...(node.type === "folder" ? await this.#below(path) : [])];
    for (const [each, node] of gone) {
      refuseGuarded(each, node, "deleted");
      if (node.type === "file") {
        this.versions.push({ path: each, hash: null, bytes: 0, change: { type: "deleted" } });
      }
      this.#nodes.set(each, { type: "absent" });
    }
    const isKept = gone.every(([, { type }]) => type !== "unkept");
    this.operations.push(isKept ? { type: "remove", path, over: replaced(gone) } : { type: "trash", path });
  }

  /** What is to be moved or copied; the way is free for it afterwards. */
  async #needSource(from: string, to: string): Promise<PlannedNode> {
    const node = await this.#at(from);
    if (from === ".") throw new KernelError("conflict", "The workspace itself cannot be moved or copied");
    if (node.type === "absent") throw notThere(from);
    if (node.type === "other") throw new KernelError("conflict", `"${from}" is no regular file`);
    if (to === from || to.startsWith(`${from}/`)) {
      throw new KernelError("conflict", `"${to}" is "${from}" itself, or lies in it`);
    }
    if ((await this.#at(to)).type !== "absent") throw inTheWay(to);
    await this.#needFolders(to);
    return node;
  }

  /** From the nearest one upwards: where one is, all above it are. */
  async #needFolders(path: string): Promise<void> {
    for (const folder of foldersAbove(path).toReversed()) {
      const node = this.#fromPlan(folder) ?? { type: await this.#look.kind(folder) };
      if (node.type === "folder") return;
      if (node.type === "absent") this.#newFolder(folder);
      else {
        throw new KernelError("conflict", `"${folder}" is a file where "${path}" needs a folder`);
      }
    }
  }

  #newFolder(path: string): void {
    this.#nodes.set(path, { type: "folder" });
    this.#known.add(path);
  }

  async #at(path: string): Promise<PlannedNode> {
    const node = this.#fromPlan(path) ?? (await this.#look.at(path));
    this.#nodes.set(path, node);
    return node;
  }

  /** null for what only the disk can tell. */
  #fromPlan(path: string): PlannedNode | null {
    const own = this.#nodes.get(path);
    if (own) return own;
    for (const above of foldersAbove(path).toReversed()) {
      const node = this.#nodes.get(above);
      if ((node && node.type !== "folder") || this.#known.has(above)) return { type: "absent" };
    }
    return null;
  }

  async #below(folder: string): Promise<readonly (readonly [string, PlannedNode])[]> {
    if (!this.#known.has(folder)) {
      for (const [path, node] of await this.#look.below(folder)) {
        // What the plan has done stands: it is on disk no longer, or not yet.
        if (this.#fromPlan(path) === null) this.#nodes.set(path, node);
      }
      this.#known.add(folder);
    }
    const inner = [...this.#nodes].filter(
      ([path, { type }]) => path.startsWith(`${folder}/`) && type !== "absent",
    );
    if (inner.length > CHANGE_FILES) {
      throw new KernelError("limit-reached", `"${folder}" holds more than ${CHANGE_FILES} entries`, {
        hint: "Take its parts one after the other.",
      });
    }
    return inner.sort(([a], [b]) => (a < b ? -1 : 1));
  }
}

/** Of a path and everything below it. */
function replaced([first, ...inner]: readonly (readonly [string, PlannedNode])[]): Replaced {
  const type = first?.[1].type;
  if (type === "absent") return { type };
  if (!first || (type !== "file" && type !== "folder")) return { type: "anything" };
  const files = [first, ...inner].flatMap(([path, node]) =>
    node.type === "file" ? [{ path, hash: node.hash, stamp: node.stamp }] : [],
  );
  return { type, files };
}

const inTheWay = (path: string): KernelError =>
  new KernelError("conflict", `"${path}" is there already`, {
    hint: "Choose another name, or delete what is there first.",
  });

const notThere = (path: string): KernelError =>
  new KernelError("not-found", `There is no "${path}" in the workspace`, {
    hint: "List the files to see what is there.",
  });

function refuseGuarded(path: string, { type }: PlannedNode, done: string): void {
  if (type !== "guarded") return;
  throw new KernelError("not-allowed", `"${path}" holds key material and cannot be ${done}`);
}

function refuseUnkept(path: string, node: PlannedNode, done: string): void {
  refuseGuarded(path, node, done);
  if (node.type !== "unkept") return;
  throw new KernelError("limit-reached", `"${path}" is too large for versions and cannot be ${done}`, {
    hint: "Change it with another program.",
  });
}
