import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { agentId } from "../../../shared/ids.ts";
import { createSystemClock } from "../system-clock.ts";
import { TurnJournal } from "./turn-journal.ts";

const [one, other] = [agentId(1), agentId(2)];

describe("the journal of answers that have begun", () => {
  let folder: string;
  let journal: TurnJournal;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "turn-journal-"));
    journal = await TurnJournal.open(folder, "model", createSystemClock());
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test("is read by a later process, for the same model and prompt alone", async () => {
    journal.note(one, "prompt", [1, 2, 3], "now");
    await journal.settle();
    const later = await TurnJournal.open(folder, "model", createSystemClock());
    expect(await later.read(one, "prompt")).toEqual([1, 2, 3]);
    expect(await later.read(one, "another prompt")).toBeNull();
    expect(await later.read(other, "prompt")).toBeNull();
    const foreign = await TurnJournal.open(folder, "another model", createSystemClock());
    expect(await foreign.read(one, "prompt")).toBeNull();
  });

  test("keeps the newest of what comes while it writes", async () => {
    for (let count = 1; count <= 50; count += 1) {
      journal.note(
        one,
        "prompt",
        Array.from({ length: count }, (_, token) => token),
        "now",
      );
    }
    expect(await journal.read(one, "prompt")).toHaveLength(50);
    expect(readdirSync(folder)).toHaveLength(1);
  });

  test("writes the first token at once, and those of a fast answer no more often than its rhythm", async () => {
    for (let count = 1; count <= 20; count += 1) journal.note(one, "prompt", [count], "in-time");
    await journal.settle();
    expect(await journal.read(one, "prompt")).toEqual([1]);
  });

  test("forgets, also while it writes", async () => {
    journal.note(one, "prompt", [1], "now");
    await journal.forget(one);
    expect(await journal.read(one, "prompt")).toBeNull();
    expect(readdirSync(folder)).toEqual([]);
    journal.note(other, "prompt", [1], "now");
    await journal.settle();
    await TurnJournal.removeFrom(folder, other);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("takes a file that is broken for none", async () => {
    journal.note(one, "prompt", [1], "now");
    await journal.settle();
    for (const name of readdirSync(folder))
      writeFileSync(join(folder, name), '{"model":"model","prompt":"prompt","gen');
    expect(await journal.read(one, "prompt")).toBeNull();
  });
});
