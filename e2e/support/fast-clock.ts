/**
 * Loaded before the program with `--import`: its clock and its timers run 60 times as fast, so that limits of a
 * minute are reached in a second. A fake, for tests of those limits alone.
 */
const SPEED = 60;

const now = performance.now.bind(performance);
const started = now();
const startedAt = Date.now();

performance.now = () => started + (now() - started) * SPEED;
Date.now = () => Math.round(startedAt + (now() - started) * SPEED);
globalThis.setTimeout = new Proxy(globalThis.setTimeout, {
  apply: (setRealTimeout, self, [run, ms = 0, ...args]) =>
    Reflect.apply(setRealTimeout, self, [run, ms / SPEED, ...args]),
});
