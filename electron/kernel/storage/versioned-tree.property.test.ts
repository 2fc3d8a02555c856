import fc from "fast-check";
import { expect, test } from "vitest";
import { KernelError, toErrorData } from "../../../shared/errors.ts";
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
const steps = fc.array(step, { minLength: 6, maxLength: 12 });
const start = fc.array(fc.array(step, { minLength: 1, maxLength: 3 }), { minLength: 2, maxLength: 6 });

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

interface Undisturbed {
  /** Those of the steps that are possible one after the other, four at most. */
  readonly change: readonly PlanStep[];
  readonly before: Record<string, string>;
  readonly after: Record<string, string>;
  /** How many calls the change took, and which of them write. */
  readonly calls: number;
  readonly writes: readonly number[];
}

/** What a change makes of the tree, undisturbed; null where no step is possible. */
async function undisturbed(
  history: readonly (readonly PlanStep[])[],
  candidates: readonly PlanStep[],
): Promise<Undisturbed | null> {
  return withBench(async (bench, interruption) => {
    await grown(bench, history);
    const before = await bench.onDisk();
    const { versions } = await bench.store.totals();
    let change: readonly PlanStep[] = [];
    for (const candidate of candidates) {
      const longer = [...change, candidate];
      const isPossible = await bench.files.check(longer).then(
        () => true,
        () => false,
      );
      if (isPossible) change = longer;
      // With an impossible step nothing at all is done.
      else await expect(bench.files.apply(longer, PERSON)).rejects.toBeInstanceOf(KernelError);
      if (change.length === 4) break;
    }
    expect(await isSound(bench)).toEqual(before);
    expect((await bench.store.totals()).versions).toBe(versions);
    if (change.length === 0) return null;
    interruption.begin();
    await bench.files.apply(change, PERSON);
    const { calls } = interruption;
    const writes = [...interruption.writes];
    return { change, before, after: await isSound(bench), calls, writes };
  });
}

/** A call of the change: one that writes, where that is wanted, else any. */
const moment = fc.record({
  among: fc.constantFrom("writes", "writes", "all"),
  at: fc.noBias(fc.nat({ max: 9_999 })),
});
function callAt({ calls, writes }: Undisturbed, { among, at }: { among: string; at: number }): number {
  const chosen = among === "writes" ? writes[at % writes.length] : undefined;
  return chosen ?? 1 + (at % calls);
}
const fate = fc.constantFrom("fails-before" as const, "fails-after" as const);

test("a crash at any step leaves all of a change or nothing of it, and all of one that was acknowledged", async () => {
  await fc.assert(
    fc.asyncProperty(start, steps, moment, fate, async (history, candidates, at, last) => {
      const expected = await undisturbed(history, candidates);
      if (expected === null) return;
      const stop = callAt(expected, at);
      const { change } = expected;
      await withBench(async (bench, interruption) => {
        await grown(bench, history);
        interruption.begin();
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
      moment,
      fc.constantFrom("one call", "all that write from there on"),
      fc.constantFrom("write", "start again"),
      async (history, candidates, at, extent, then) => {
        const expected = await undisturbed(history, candidates);
        if (expected === null) return;
        const stop = callAt(expected, at);
        const { change } = expected;
        await withBench(async (bench, interruption) => {
          await grown(bench, history);
          interruption.begin();
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
    fc.asyncProperty(
      start,
      steps,
      moment,
      fc.noBias(fc.nat({ max: 9_999 })),
      async (history, candidates, at, which) => {
        const expected = await undisturbed(history, candidates);
        if (expected === null) return;
        // A file that the change touches.
        const touched = expected.change.flatMap((each) => ("path" in each ? [each.path] : [each.from]));
        const places = Object.keys(expected.before).filter((each) =>
          touched.some((one) => each === one || each.startsWith(`${one}/`)),
        );
        const place = places[which % places.length];
        if (place === undefined) return;
        const call = callAt(expected, at);
        const { change } = expected;
        await withBench(async (bench, interruption) => {
          await grown(bench, history);
          interruption.begin();
          const text = `from outside ${place}`;
          interruption.fate = (each) => {
            if (each === call && bench.text(place) !== null) bench.writeOutside(place, text);
            return "passes";
          };
          await bench.files.apply(change, PERSON).catch((error: unknown) => {
            expect(toErrorData(error).code).not.toBe("internal");
          });
          const wrote = interruption.calls >= call && bench.outside > 0;
          interruption.fate = () => "passes";
          await bench.files.recover();
          await isSound(bench);
          if (!wrote) return;
          const all = await Promise.all(bench.events.map((version) => bench.contentOf(version)));
          expect(all).toContain(text);
        });
      },
    ),
    { numRuns: 40 },
  );
}, 120_000);
