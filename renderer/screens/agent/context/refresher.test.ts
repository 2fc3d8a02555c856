import { expect, test } from "vitest";
import { createRefresher, REFRESH_MS } from "./refresher.ts";

/** A refresher over a clock and looks that the test moves and finishes by hand. */
function made() {
  let now = 0;
  let timer: { readonly at: number; readonly run: () => void } | null = null;
  const looks: (() => void)[] = [];
  const refresher = createRefresher({
    look: () => new Promise((resolve) => looks.push(resolve)),
    clock: () => now,
    after(ms, run) {
      timer = { at: now + ms, run };
      return () => {
        timer = null;
      };
    },
  });
  return {
    refresher,
    looks,
    async finish() {
      looks.at(-1)?.();
      await Promise.resolve();
      await Promise.resolve();
    },
    pass(ms: number) {
      now += ms;
      if (!timer || timer.at > now) return;
      const { run } = timer;
      timer = null;
      run();
    },
  };
}

test("a burst of changes is one look now and one after the last of them", async () => {
  const { refresher, looks, finish, pass } = made();
  for (let change = 0; change < 50; change += 1) refresher.changed();
  expect(looks).toHaveLength(1);
  await finish();
  for (let change = 0; change < 50; change += 1) refresher.changed();
  pass(REFRESH_MS - 1);
  expect(looks).toHaveLength(1);
  pass(1);
  expect(looks).toHaveLength(2);
  await finish();
  pass(10 * REFRESH_MS);
  expect(looks).toHaveLength(2);
});

test("a look that takes long is waited for, and what changed meanwhile is looked at after it", async () => {
  const { refresher, looks, finish, pass } = made();
  refresher.changed();
  pass(5 * REFRESH_MS);
  refresher.changed();
  refresher.changed();
  expect(looks).toHaveLength(1);
  await finish();
  expect(looks).toHaveLength(2);
});

test("what the person does is looked at without waiting", async () => {
  const { refresher, looks, finish } = made();
  refresher.now();
  await finish();
  refresher.now();
  expect(looks).toHaveLength(2);
});

test("a closed one looks no more", async () => {
  const { refresher, looks, finish, pass } = made();
  refresher.changed();
  refresher.changed();
  refresher.close();
  await finish();
  pass(10 * REFRESH_MS);
  refresher.changed();
  refresher.now();
  expect(looks).toHaveLength(1);
});
