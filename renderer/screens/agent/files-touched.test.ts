import { expect, test } from "vitest";
import type { Effect } from "../../../shared/permission.ts";
import { filesTouched } from "./files-touched.ts";
import { MadeRun, storageCall } from "./made-run.ts";
import { syscallsOf } from "./syscall-rows.ts";

const effect = (type: Effect["type"], target: string): Effect => ({ type, target, reversible: "yes" });

test("files are listed once, last touched first, with all that was done to them", () => {
  const run = new MadeRun()
    .created(1, storageCall("read_file", { path: "notes.md" }))
    .allowed(1)
    .done(1, "text")
    .created(2, storageCall("write_file", { path: "squares.txt" }))
    .allowed(2, [effect("write", "squares.txt")])
    .done(2, "Wrote 6 bytes")
    .created(3, storageCall("write_file", { path: "notes.md" }))
    .allowed(3, [effect("write", "notes.md")])
    .done(3, "Wrote 9 bytes");
  expect(filesTouched(syscallsOf(run.detail().items))).toEqual([
    { path: "notes.md", touches: ["read", "written"], last: "s3" },
    { path: "squares.txt", touches: ["written"], last: "s2" },
  ]);
});

test("folders, and calls that have not succeeded, touch no file", () => {
  const run = new MadeRun()
    .created(1, storageCall("list_files", {}))
    .allowed(1, [effect("read", ".")])
    .done(1, "squares.txt (6 bytes)")
    .created(2, storageCall("delete_file", { path: "squares.txt" }))
    .allowed(2, [effect("delete", "squares.txt")]);
  expect(filesTouched(syscallsOf(run.detail().items))).toEqual([]);
});
