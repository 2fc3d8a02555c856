import fc from "fast-check";
import { expect, test } from "vitest";
import { toErrorData } from "../../../shared/errors.ts";
import type { PlanStep } from "../../../shared/files.ts";
import { Interruption } from "./testing/interrupted.ts";
import { PERSON, VersionedBench } from "./testing/versioned-bench.ts";

const ANYTHING = { type: "anything" } as const;

/** What a person or an agent may ask for, on a small tree in which names meet often. */
const path = fc.constantFrom("a", "b", "a/x", "a/y", "b/x", "b/a/x", "c");
const step: fc.Arbitrary<PlanStep> = fc.oneof(
  fc.record({
    type: fc.constant("write" as const),
    path,
    content: fc.constantFrom("", "one", "two", "x".repeat(3_000)),
  }),
  fc.record({ type: fc.constant("move" as const), from: path, to: path }),
  fc.record({ type: fc.constant("copy" as const), from: path, to: path }),
  fc.record({ type: fc.constant("delete" as const), path }),
  fc.record({ type: fc.constant("make-folder" as const), path }),
);
const steps = fc.array(step, { minLength: 1, maxLength: 4 });
const start = fc.array(steps, { minLength: 1, maxLength: 4 });

/** A tree with some history; steps that are impossible are left out. */
async function grown(bench: VersionedBench, history: readonly (readonly PlanStep[])[]): Promise<void> {
  await bench.files.write("a/x", "start", ANYTHING, PERSON);
  for (const change of history) await bench.files.apply(change, PERSON).catch(() => {});
}

async function withBench<T>(
  run: (bench: VersionedBench, interruption: Interruption) => Promise<T>,
): Promise<T> {
  const interruption = new Interruption();
  const bench = new VersionedBench(interruption);
  try {
    return await run(bench, interruption);
  } finally {
    interruption.fate = () => "passes";
    await bench.destroy();
  }
}

/** The tree is what its versions say, and nothing is left over. */
async function isSound(bench: VersionedBench): Promise<Record<string, string>> {
  const disk = await bench.onDisk();
  expect(await bench.inVersions()).toEqual(disk);
  expect(await bench.store.unfinished()).toEqual([]);
  return disk;
}

/** What a change makes of the tree, undisturbed; null where it is impossible. */
async function undisturbed(
  history: readonly (readonly PlanStep[])[],
  change: readonly PlanStep[],
): Promise<{ before: Record<string, string>; after: Record<string, string>; calls: number } | null> {
  return withBench(async (bench, interruption) => {
    await grown(bench, history);
    const before = await bench.onDisk();
    const versions = (await bench.store.totals()).versions;
    interruption.calls = 0;
    try {
      await bench.files.apply(change, PERSON);
    } catch {
      // Nothing at all was done.
      expect(await isSound(bench)).toEqual(before);
      expect((await bench.store.totals()).versions).toBe(versions);
      return null;
    }
    const { calls } = interruption;
    return { before, after: await isSound(bench), calls };
  });
}

const where = fc.double({ min: 0, max: 1, noNaN: true });
const fate = fc.constantFrom("fails-before" as const, "fails-after" as const);

test("a crash at any step leaves all of a change or nothing of it, and all of one that was acknowledged", async () => {
  await fc.assert(
    fc.asyncProperty(start, steps, where, fate, async (history, change, at, last) => {
      const expected = await undisturbed(history, change);
      if (expected === null) return;
      const stop = 1 + Math.floor(at * expected.calls);
      await withBench(async (bench, interruption) => {
        await grown(bench, history);
        interruption.calls = 0;
        // From this call on nothing reaches the disk, as after a kill.
        interruption.fate = (call) => (call < stop ? "passes" : call === stop ? last : "fails-before");
        const outcome = await bench.files.apply(change, PERSON).then(
          () => "acknowledged",
          () => "cut short",
        );
        interruption.fate = () => "passes";
        await bench.reopen();
        await bench.files.recover();
        const found = await isSound(bench);
        if (outcome === "acknowledged") expect(found).toEqual(expected.after);
        else expect([expected.before, expected.after]).toContainEqual(found);
      });
    }),
    { numRuns: 40 },
  );
}, 120_000);

test("a full disk at any step leaves what was there, says so, and lets go on once there is room", async () => {
  await fc.assert(
    fc.asyncProperty(
      start,
      steps,
      where,
      fc.constantFrom("one call", "all that write from there on"),
      fc.constantFrom("write", "start again"),
      async (history, change, at, extent, then) => {
        const expected = await undisturbed(history, change);
        if (expected === null) return;
        const stop = 1 + Math.floor(at * expected.calls);
        await withBench(async (bench, interruption) => {
          await grown(bench, history);
          interruption.calls = 0;
          interruption.fate = (call, _, writes) => {
            const fails = extent === "one call" ? call === stop : call >= stop && writes === "yes";
            return fails ? "fails-before" : "passes";
          };
          const failure = await bench.files.apply(change, PERSON).then(
            () => null,
            (error: unknown) => toErrorData(error),
          );
          interruption.fate = () => "passes";
          if (failure !== null) expect(failure.code).toBe("storage-failed");
          if (then === "start again") {
            await bench.reopen();
            await bench.files.recover();
          } else {
            // What could not be undone for want of room is undone before its paths are used again.
            for (const each of ["a", "b", "c"]) await bench.files.notice([each]);
          }
          const found = await isSound(bench);
          if (failure === null) expect(found).toEqual(expected.after);
          else if (then === "write") expect(found).toEqual(expected.before);
          else expect([expected.before, expected.after]).toContainEqual(found);
          await bench.files.write("new", "there is room", ANYTHING, PERSON);
          expect(await isSound(bench)).toEqual({ ...found, new: "there is room" });
        });
      },
    ),
    { numRuns: 40 },
  );
}, 120_000);

test("what other programs do while a change runs is a version, or comes before or after it", async () => {
  await fc.assert(
    fc.asyncProperty(start, steps, where, path, async (history, change, at, place) => {
      const expected = await undisturbed(history, change);
      if (expected === null || !(place in expected.before)) return;
      const moment = 1 + Math.floor(at * expected.calls);
      await withBench(async (bench, interruption) => {
        await grown(bench, history);
        interruption.calls = 0;
        const text = `from outside ${place}`;
        interruption.fate = (call) => {
          if (call === moment && bench.text(place) !== null) bench.writeOutside(place, text);
          return "passes";
        };
        await bench.files.apply(change, PERSON).catch((error: unknown) => {
          expect(toErrorData(error).code).not.toBe("internal");
        });
        const wrote = interruption.calls >= moment && bench.outside > 0;
        interruption.fate = () => "passes";
        await bench.files.recover();
        await isSound(bench);
        if (!wrote) return;
        const all = await Promise.all(bench.events.map((version) => bench.contentOf(version)));
        expect(all).toContain(text);
      });
    }),
    { numRuns: 40 },
  );
}, 120_000);
