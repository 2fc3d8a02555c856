import fc from "fast-check";
import { expect, test } from "vitest";
import { type FileChoice, PLAN_EXAMPLES, parsePlanRequest } from "./plan-grammar.ts";

const ANY: FileChoice = { endings: [], about: "", named: "", size: "any", folder: "", paths: [] };
const gather = (to: string, what: Partial<FileChoice>, how = "move") => ({
  type: "gather",
  how,
  to,
  what: { ...ANY, ...what },
});
const remove = (what: Partial<FileChoice>) => ({ type: "delete", what: { ...ANY, ...what } });
const NOTES = expect.arrayContaining(["txt", "md"]);

test.each<[string, unknown]>([
  ["put all notes about the grant into one folder", gather("grant", { endings: NOTES, about: "grant" })],
  [
    "Could you please put all my notes about the grant into a folder called Grant 2026?",
    gather("Grant 2026", { endings: NOTES, about: "grant" }),
  ],
  ["collect everything about the Oslo trip in trips/oslo", gather("trips/oslo", { about: "Oslo trip" })],
  [
    "move notes mentioning Smith into clients/smith",
    gather("clients/smith", { endings: NOTES, about: "Smith" }),
  ],
  ["move all .txt files to archive", gather("archive", { endings: ["txt"] })],
  ["move all txt files from inbox to archive", gather("archive", { endings: ["txt"], folder: "inbox" })],
  ["move all .txt and .log files to archive", gather("archive", { endings: ["txt", "log"] })],
  ["put everything in the inbox folder into archive", gather("archive", { folder: "inbox" })],
  ["move a.txt, b.txt and c.md into docs/old", gather("docs/old", { paths: ["a.txt", "b.txt", "c.md"] })],
  ['move "my letter.txt" into the folder "old letters"', gather("old letters", { paths: ["my letter.txt"] })],
  ["put files called invoice into invoices", gather("invoices", { named: "invoice" })],
  ["put all invoices under finance", gather("finance", { about: "invoices" })],
  ["gather all pdfs into one folder", gather("pdf", { endings: ["pdf"] })],
  ["copy all images to backup", gather("backup", { endings: expect.arrayContaining(["png"]) }, "copy")],
  ["copy notes.md to backup", gather("backup", { paths: ["notes.md"] }, "copy")],
  ["sort files by type into folders", { type: "sort", by: "type", folder: "" }],
  ["organise the files in inbox by month", { type: "sort", by: "month", folder: "inbox" }],
  ["group files by extension", { type: "sort", by: "ending", folder: "" }],
  ["put each file into a folder of its year", { type: "sort", by: "year", folder: "" }],
  ["put each file into a folder of its year/month", { type: "sort", by: "year-month", folder: "" }],
  ["rename a.txt to b.txt", { type: "rename", how: "move", from: "a.txt", to: "b.txt" }],
  ["rename drafts to old", { type: "rename", how: "move", from: "drafts", to: "old" }],
  ["copy a.txt to b.txt", { type: "rename", how: "copy", from: "a.txt", to: "b.txt" }],
  ["delete all empty files", remove({ size: "empty" })],
  ["delete all .tmp files.", remove({ endings: ["tmp"] })],
  ["delete all empty files in inbox", remove({ size: "empty", folder: "inbox" })],
  ["remove a.txt and b.txt", remove({ paths: ["a.txt", "b.txt"] })],
  ["make folders a, b and c", { type: "make-folders", folders: ["a", "b", "c"] }],
  ["create a folder called Grant Notes", { type: "make-folders", folders: ["Grant Notes"] }],
])("%s", (request, expected) => {
  expect(parsePlanRequest(request)).toEqual(expected);
});

test.each([
  "what is the weather",
  "tidy up",
  "delete everything",
  "delete all files",
  "delete everything in old",
  "delete all files older than a year",
  "delete all invoices",
  "rename all files to x",
  "move it there",
  "move all .txt files",
  "put all notes into",
  "",
])("%s is not understood", (request) => {
  expect(parsePlanRequest(request)).toBeNull();
});

test("what an error offers is understood", () => {
  for (const example of PLAN_EXAMPLES) expect(parsePlanRequest(example), example).not.toBeNull();
});

test("no text makes it fail, or take long", () => {
  const words = fc.constantFrom(
    ..."put all notes about the into in to folder a.txt by type \" ' , . and called".split(" "),
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ maxLength: 2_000 }),
        fc.array(words, { maxLength: 400 }).map((all) => all.join(" ")),
      ),
      (text) => {
        parsePlanRequest(text);
      },
    ),
  );
});
