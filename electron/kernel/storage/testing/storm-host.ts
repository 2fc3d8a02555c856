import { createHash } from "node:crypto";
import { mkdirSync, renameSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { flushCompileCache } from "node:module";
import { dirname, join } from "node:path";
import { KernelError } from "../../../../shared/errors.ts";
import type { FileVersion } from "../../../../shared/files.ts";
import type { AgentId } from "../../../../shared/ids.ts";
import { createFileTree } from "../../../adapters/file-tree.ts";
import { openVersionStore } from "../../../adapters/version-store.ts";
import { guardPath } from "../../access/path-guard.ts";
import type { ChangeAuthor } from "../versioned-files.ts";
import { VersionedTree } from "../versioned-tree.ts";
import { differences, RandomSteps } from "./storm-parts.ts";

/**
 * A program of the storm: recovers, checks that the tree is what its versions say, and lets writers change it until
 * it is killed or has done its share. Tells on standard output, a line each: `ready`, every change that was
 * acknowledged, `done`.
 */
const [folder = "", seed = "", share = ""] = process.argv.slice(2);
const WRITERS = 20;
const root = join(folder, "workspace");
const tell = (line: unknown): void => void writeSync(1, `${JSON.stringify(line)}\n`);

const store = await openVersionStore(join(folder, "versions.db"), join(folder, "versions"));
const tree = createFileTree(root, guardPath);
const files = new VersionedTree({ tree, store, clock: { wall: () => Date.now() }, changed: () => {} });
await files.recover();
const wrong = await differences(root, store);
if (wrong.length > 0)
  throw new Error(`after a kill the tree is not what its versions say: ${wrong.join("; ")}`);
// One that is killed would leave no compiled modules to the next.
flushCompileCache();
tell({ type: "ready" });

const steps = new RandomSteps(Number(seed));
let left = Number(share);
await Promise.all(Array.from({ length: WRITERS }, (_, n) => writer(n + 1)));
await files.notice(["."]);
await store.close();
tell({ type: "done" });

async function writer(number: number): Promise<void> {
  const by: ChangeAuthor = {
    author: { type: "agent", agentId: `a${number}` as AgentId, name: `writer-${number}` },
    syscallId: null,
  };
  while (left > 0) {
    left -= 1;
    if (steps.next(8) === 0) outside();
    try {
      const [versions, content] = await change(by);
      const made = versions.map(({ id, path, hash }) => ({ id, path, hash }));
      const digest = content === null ? null : createHash("sha256").update(content).digest("hex");
      tell({ type: "acknowledged", made, digest });
    } catch (error) {
      // What others do gets in the way now and then. Nothing else may.
      const isRefusal =
        error instanceof KernelError && ["conflict", "not-found", "bad-input"].includes(error.data.code);
      if (!isRefusal) throw error;
      tell({ type: "refused" });
    }
  }
}

async function change(by: ChangeAuthor): Promise<readonly [readonly FileVersion[], string | null]> {
  const kind = steps.next(20);
  const [path, other] = [steps.path(), steps.path()];
  if (kind < 10) {
    const content = steps.content();
    return [[await files.write(path, content, { type: "anything" }, by)], content];
  }
  if (kind < 12) return [await files.move(path, other, by), null];
  if (kind < 13) return [await files.move(steps.folder(), steps.folder(), by), null];
  if (kind < 14) return [await files.copy(path, other, by), null];
  if (kind < 16) return [await files.remove(path, by), null];
  if (kind < 17) {
    const { versions } = await store.versions(path, 5);
    const old = versions.findLast(({ hash }) => hash !== null);
    if (old) return [[await files.rollBack(path, old.id, by)], null];
  }
  if (kind < 18) {
    const [row] = (await store.trash(1)).rows;
    if (row) return [[await files.restore(row.deleted.id, by)], null];
  }
  const content = steps.content();
  const versions = await files.apply(
    [
      { type: "write", path, content },
      { type: "write", path: other, content },
      { type: "delete", path },
      { type: "write", path: `plans/${steps.next(30)}.txt`, content },
    ],
    by,
  );
  return [versions, content];
}

/** Another program, which asks nobody. */
function outside(): void {
  const file = join(root, steps.path());
  try {
    switch (steps.next(4)) {
      case 0:
        rmSync(file, { force: true });
        return;
      case 1:
        renameSync(file, join(root, steps.path()));
        return;
      default:
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, steps.content());
    }
  } catch {
    // A folder where it wants a file, or the reverse.
  }
}
