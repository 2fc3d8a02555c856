import { KernelError } from "../../../shared/errors.ts";
import type { FileVersion, PlanStep, VersionId } from "../../../shared/files.ts";
import { FILE_LOOKS } from "../limits.ts";
import type { Clock, FileTree, VersionStore } from "../ports.ts";
import { type Asked, contentToRestore, contentToRollBack, keepSteps } from "./asked-steps.ts";
import { ChangeLog, type TellChanged } from "./change-log.ts";
import { ChangePlan, type Step } from "./change-plan.ts";
import { checkExpected } from "./expected.ts";
import { noticingLook, plainLook } from "./looks.ts";
import { isCode, notice } from "./notice.ts";
import { carryOut, takeBackMoves } from "./operations.ts";
import { PathLocks } from "./path-locks.ts";
import { scan } from "./scan.ts";
import { settle } from "./undo.ts";
import type { ChangeAuthor, Expected, VersionedFiles } from "./versioned-files.ts";

export interface VersionedTreeParts {
  readonly tree: FileTree;
  readonly store: VersionStore;
  readonly clock: Pick<Clock, "wall">;
  /** Tells of each version, once it is durable. */
  readonly changed: TellChanged;
}

/**
 * The protocol of a change: its paths are locked; what other programs did to them becomes versions; its content is
 * kept; its versions are begun; the tree is changed; its versions are finished. A change that fails on the way is
 * undone, and one that a crash cut short is finished by `recover` if all of it was done, else undone.
 */
export class VersionedTree implements VersionedFiles {
  readonly #parts: Omit<VersionedTreeParts, "changed"> & { readonly log: ChangeLog };
  readonly #locks = new PathLocks();
  /** Changes that failed and could not be undone either: it is tried again before their paths are used. */
  readonly #unsettled = new Map<readonly FileVersion[], "if-done" | "undo">();

  constructor({ changed, ...parts }: VersionedTreeParts) {
    this.#parts = { ...parts, log: new ChangeLog(parts.store, changed) };
  }

  async write(path: string, content: string | Uint8Array, expected: Expected, by: ChangeAuthor) {
    const step: Asked = { type: "write", path: await this.#resolve(path), content };
    return only(await this.#change([step], by, expected));
  }

  async makeFolder(path: string, by: ChangeAuthor) {
    await this.#change([{ type: "make-folder", path: await this.#resolve(path) }], by);
  }

  async move(from: string, to: string, by: ChangeAuthor) {
    const versions = await this.#change([await this.#between("move", from, to)], by);
    return versions.filter(({ change }) => change.type === "moved");
  }

  async copy(from: string, to: string, by: ChangeAuthor) {
    return this.#change([await this.#between("copy", from, to)], by);
  }

  async remove(path: string, by: ChangeAuthor) {
    return this.#change([{ type: "delete", path: await this.#resolve(path) }], by);
  }

  async rollBack(path: string, to: VersionId, by: ChangeAuthor) {
    const step = await contentToRollBack(this.#parts.store, await this.#resolve(path), to);
    return only(await this.#change([step], by));
  }

  async restore(version: VersionId, by: ChangeAuthor) {
    const step = await contentToRestore(this.#parts.store, version);
    const path = await this.#resolve(step.path);
    return only(await this.#change([{ ...step, path }], by, { type: "absent" }));
  }

  async check(steps: readonly PlanStep[]): Promise<readonly PlanStep[]> {
    const { tree, store } = this.#parts;
    const plan = new ChangePlan(plainLook(tree));
    const canonical: PlanStep[] = [];
    for (const [n, step] of steps.entries()) {
      canonical.push(
        await inStep(n, step, async () => {
          const found = await this.#canonical(step);
          if (found.type === "write") {
            await plan.add({ type: "put", path: found.path, hash: "", bytes: 0, change: null });
          } else if (found.type === "roll-back") {
            const put = await contentToRollBack(store, found.path, found.to);
            await plan.add({ type: "put", path: found.path, hash: put.hash, bytes: 0, change: null });
          } else await plan.add(found);
          return found;
        }),
      );
    }
    return canonical;
  }

  async apply(steps: readonly PlanStep[], by: ChangeAuthor): Promise<readonly FileVersion[]> {
    const asked: Asked[] = [];
    for (const [n, step] of steps.entries()) {
      asked.push(
        await inStep(n, step, async () => {
          const found = await this.#unchanged(step);
          return found.type === "roll-back"
            ? contentToRollBack(this.#parts.store, found.path, found.to)
            : found;
        }),
      );
    }
    return this.#change(asked, by, { type: "anything" }, (n, run) => {
      const step = steps[n];
      return step ? inStep(n, step, run) : run();
    });
  }

  async notice(paths: readonly string[]): Promise<void> {
    for (const path of paths) {
      const canonical = await this.#parts.tree.resolve(path).catch((error) => {
        // What leads out of the tree is not of it.
        if (isCode(error, "outside-workspace", "not-found")) return null;
        throw error;
      });
      if (canonical !== null) await this.#look(canonical);
    }
  }

  async settle(): Promise<void> {
    const { tree, store } = this.#parts;
    await this.#locks.with(["."], async () => {
      await tree.clean();
      const failed = new Set([...this.#unsettled.keys()].flatMap((versions) => versions.map(({ id }) => id)));
      for (const versions of await store.unfinished()) {
        if (!versions.some(({ id }) => failed.has(id))) this.#unsettled.set(versions, "if-done");
      }
      await this.#settleAround(["."]);
    });
  }

  async recover(): Promise<void> {
    await this.settle();
    await this.#look(".");
  }

  async #change(
    asked: readonly Asked[],
    by: ChangeAuthor,
    expected: Expected = { type: "anything" },
    naming: (index: number, run: () => Promise<void>) => Promise<void> = (_, run) => run(),
  ): Promise<readonly FileVersion[]> {
    const { store } = this.#parts;
    const paths = asked.flatMap((step) => ("path" in step ? [step.path] : [step.from, step.to]));
    return this.#locks.with(paths, async () => {
      await this.#settleAround(paths);
      const held: string[] = [];
      try {
        const steps = await keepSteps(store, asked, held);
        for (let start = 1; start <= FILE_LOOKS; start++) {
          const plan = new ChangePlan(noticingLook(this.#parts));
          for (const [n, step] of steps.entries()) await naming(n, () => plan.add(step));
          const done = await this.#alreadyDone(steps, expected, by);
          if (done) return [done];
          const versions = await this.#carryOut(plan, by);
          if (versions !== "disturbed") return versions;
        }
        throw new KernelError("conflict", `"${paths[0]}" is being changed by another program all the while`, {
          hint: "Try again when that program has ended.",
        });
      } finally {
        if (held.length > 0) await store.release(held).catch(() => {});
      }
    });
  }

  /** Of one write: the version that the same call made before a crash. Throws where the file is not as expected. */
  async #alreadyDone(
    steps: readonly Step[],
    expected: Expected,
    { syscallId }: ChangeAuthor,
  ): Promise<FileVersion | null> {
    const [step] = steps;
    if (step?.type !== "put" || steps.length > 1) return null;
    const [newest = null] = await this.#parts.store.newest([step.path]);
    const isOwn = syscallId !== null && newest?.syscallId === syscallId && newest.hash === step.hash;
    if (isOwn) return newest;
    checkExpected(step.path, expected, newest);
    return null;
  }

  async #carryOut(plan: ChangePlan, by: ChangeAuthor): Promise<readonly FileVersion[] | "disturbed"> {
    const { tree, store, log, clock } = this.#parts;
    const at = clock.wall();
    const drafts = plan.versions.map((version) => ({ ...version, ...by, at, pinned: "no" as const }));
    const versions = drafts.length === 0 ? [] : await log.begin(drafts);
    const done: (typeof plan.operations)[number][] = [];
    try {
      for (const operation of plan.operations) {
        if ((await carryOut(tree, store, operation)) === "changed") {
          await this.#undo(versions, done);
          if (!this.#unsettled.has(versions)) return "disturbed";
          throw new KernelError("storage-failed", "A change was cut short, and could not be undone yet");
        }
        done.push(operation);
      }
      if (versions.length > 0) await log.finish(versions);
      return versions;
    } catch (error) {
      await this.#undo(versions, done);
      throw error;
    }
  }

  async #undo(versions: readonly FileVersion[], done: Parameters<typeof takeBackMoves>[1]): Promise<void> {
    await takeBackMoves(this.#parts.tree, done);
    if (versions.length === 0) return;
    try {
      await settle(this.#parts, versions, "undo");
    } catch {
      // The caller hears of the first failure; this one is met again by whoever comes next.
      this.#unsettled.set(versions, "undo");
    }
  }

  /** Brings to an end what touches these paths. They are locked. */
  async #settleAround(paths: readonly string[]): Promise<void> {
    for (const [versions, wish] of this.#unsettled) {
      const touches = versions.some(({ path }) => paths.some((each) => isWithin(path, each)));
      if (!touches) continue;
      await settle(this.#parts, versions, wish);
      this.#unsettled.delete(versions);
    }
  }

  /** A path, or all that is in it, one page of it after the other. */
  #look(path: string): Promise<void> {
    return scan(this.#parts, path, (paths, use) =>
      this.#locks.with(paths, async () => {
        await this.#settleAround(paths);
        await use(await notice(this.#parts, paths));
      }),
    );
  }

  /** Of a path that is canonical: a link that was swapped in since must not lead a change elsewhere. */
  async #resolve(path: string): Promise<string> {
    const found = await this.#parts.tree.resolve(path);
    if (found === path) return found;
    throw new KernelError("outside-workspace", `The path "${path}" leads elsewhere by a link`);
  }

  async #between(type: "move" | "copy", from: string, to: string) {
    return { type, from: await this.#resolve(from), to: await this.#resolve(to) };
  }

  async #canonical(step: PlanStep): Promise<PlanStep> {
    const { tree } = this.#parts;
    if ("path" in step) return { ...step, path: await tree.resolve(step.path) };
    return { ...step, from: await tree.resolve(step.from), to: await tree.resolve(step.to) };
  }

  async #unchanged(step: PlanStep): Promise<PlanStep> {
    if ("path" in step) await this.#resolve(step.path);
    else await this.#between(step.type, step.from, step.to);
    return step;
  }
}

const isWithin = (path: string, folder: string): boolean =>
  folder === "." || path === folder || path.startsWith(`${folder}/`);

function only(versions: readonly FileVersion[]): FileVersion {
  const [version] = versions;
  if (!version) throw new KernelError("internal", "A change of one file made no version");
  return version;
}

async function inStep<T>(index: number, step: PlanStep, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof KernelError)) throw error;
    const { code, message, ...more } = error.data;
    const what = "path" in step ? step.path : `${step.from} to ${step.to}`;
    throw new KernelError(code, `Step ${index + 1} (${step.type} ${what}): ${message}`, more);
  }
}
