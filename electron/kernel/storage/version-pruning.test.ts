import { expect, test } from "vitest";
import type { KernelEvent } from "../../../shared/events.ts";
import { PRUNED_AFTER_VERSIONS } from "../limits.ts";
import { Held } from "../testing/use-kernels.ts";
import { VersionPruning } from "./version-pruning.ts";

const turn = () => new Promise((resolve) => setImmediate(resolve));
const changed = { type: "file.changed" } as KernelEvent;

test("versions are pruned at the start, with new limits and after many more, one pruning after the other", async () => {
  const held = new Held<{ versions: number; bytes: number }>();
  let perFile = 5;
  const asked: number[] = [];
  const pruning = new VersionPruning({
    versions: {
      prune: (limits) => {
        asked.push(limits.perFile);
        return held.ask();
      },
    },
    clock: { wall: () => 0 },
    limits: () => ({ perFile, bytes: 1, days: 1 }),
  });
  pruning.apply({ type: "settings.changed" } as KernelEvent);
  expect(asked).toEqual([]);
  pruning.open();
  expect(asked).toEqual([5]);
  perFile = 3;
  pruning.apply({ type: "settings.changed" } as KernelEvent);
  expect(held.waiting).toBe(1);
  held.give(Promise.reject(new Error("the disk is full")));
  await turn();
  expect(asked).toEqual([5, 3]);
  held.give({ versions: 0, bytes: 0 });
  await turn();
  for (let n = 1; n < PRUNED_AFTER_VERSIONS; n++) pruning.apply(changed);
  expect(asked).toHaveLength(2);
  pruning.apply(changed);
  expect(asked).toHaveLength(3);
  pruning.close();
  held.give({ versions: 0, bytes: 0 });
  await turn();
  pruning.apply({ type: "settings.changed" } as KernelEvent);
  expect(asked).toHaveLength(3);
});
