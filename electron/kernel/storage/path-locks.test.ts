import fc from "fast-check";
import { expect, test } from "vitest";
import { foldersAbove, PathLocks } from "./path-locks.ts";

const path = fc.constantFrom(".", "a", "a/b", "a/b/c", "a/bc", "b", "b/c");
const meets = (one: string, two: string): boolean =>
  one === two || foldersAbove(one).includes(two) || foldersAbove(two).includes(one);

test("the folders above a path", () => {
  expect(foldersAbove("a/b/c")).toEqual([".", "a", "a/b"]);
  expect(foldersAbove(".")).toEqual([]);
});

test("nobody shares a path, nobody waits for ever, nobody is overtaken by one who wants the same", async () => {
  const requests = fc.array(fc.array(path, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(requests, fc.scheduler(), async (all, scheduler) => {
      const locks = new PathLocks();
      const running = new Set<readonly string[]>();
      const started: number[] = [];
      const uses = all.map((paths, n) =>
        locks.with(paths, async () => {
          for (const other of running) {
            expect(other.some((one) => paths.some((two) => meets(one, two)))).toBe(false);
          }
          for (let earlier = 0; earlier < n; earlier++) {
            const isRival = all[earlier]?.some((one) => paths.some((two) => meets(one, two)));
            if (isRival) expect(started).toContain(earlier);
          }
          started.push(n);
          running.add(paths);
          await scheduler.schedule(Promise.resolve());
          running.delete(paths);
        }),
      );
      await scheduler.waitFor(Promise.all(uses));
      expect(started).toHaveLength(all.length);
    }),
  );
});

test("those who have nothing in common go on beside each other, and a failure lets go", async () => {
  const locks = new PathLocks();
  const gate = Promise.withResolvers<void>();
  const held = locks.with(["a"], () => gate.promise);
  expect(await locks.with(["b/x", "ab"], async () => "beside")).toBe("beside");
  gate.resolve();
  await held;
  await expect(locks.with(["a"], () => Promise.reject(new Error("failed")))).rejects.toThrow("failed");
  expect(await locks.with(["a/b"], async () => "after")).toBe("after");
});
