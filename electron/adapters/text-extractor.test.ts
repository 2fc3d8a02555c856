import { strToU8, zipSync } from "fflate";
import { afterAll, describe, expect, test } from "vitest";
import type { TextExtractor } from "../kernel/ports.ts";
import {
  lieAboutSizes,
  sampleDocx,
  sampleOpenDocument,
  samplePdf,
  samplePptx,
  sampleXlsx,
} from "./testing/sample-files.ts";
import { createTextExtractor, type TextExtractorOptions } from "./text-extractor.ts";

const opened: TextExtractor[] = [];
function open(options: TextExtractorOptions = {}): TextExtractor {
  const extractor = createTextExtractor(options);
  opened.push(extractor);
  return extractor;
}
const shared = open();
afterAll(async () => {
  await Promise.all(opened.map((extractor) => extractor.close()));
});

const never = new AbortController().signal;
const extract = (path: string, content: Uint8Array | string, extractor = shared) =>
  extractor.extract(path, typeof content === "string" ? strToU8(content) : content, never);
async function text(path: string, content: Uint8Array | string): Promise<string> {
  const found = await extract(path, content);
  if (found.type === "skipped") throw new Error(found.reason);
  return found.chunks.map((chunk) => chunk.text).join("\n");
}

describe("the text of", () => {
  test("Markdown and code comes with the numbers of its lines", async () => {
    expect(await extract("notes/a.md", "# Grant\n\nThe budget is due.\n")).toEqual({
      type: "chunks",
      chunks: [{ line: 1, text: "# Grant\n\nThe budget is due." }],
    });
    expect(await extract("a.ts", "\n\n  const x = 1;\n")).toEqual({
      type: "chunks",
      chunks: [{ line: 3, text: "  const x = 1;" }],
    });
  });

  test("UTF-16 that says what it is", async () => {
    expect(await text("a.txt", Buffer.from("\ufeffgrün", "utf16le"))).toContain("grün");
  });

  test("a page leaves out what nobody reads", async () => {
    const page = "<html><style>p{}</style><script>let x</script><h1>Grant</h1><p>due &amp; paid</p></html>";
    expect(await text("a.html", page)).toBe("Grant\n\ndue & paid");
  });

  test("a PDF, page by page", async () => {
    const found = await text("a.pdf", samplePdf(["The budget of the grant", "Second page"]));
    expect(found).toContain("The budget of the grant");
    expect(found).toContain("Second page");
  });

  test("a PDF under another name", async () => {
    expect(await text("scan.bin", samplePdf(["Found anyway"]))).toContain("Found anyway");
  });

  test("a Word document", async () => {
    expect(await text("a.docx", sampleDocx(["First &amp; foremost", "Second"]))).toBe(
      "First & foremost\n\nSecond",
    );
  });

  test("a spreadsheet", async () => {
    const rows = [
      ["Item", "Cost"],
      ["Travel &lt;EU&gt;", 1200],
    ];
    expect(await text("a.xlsx", sampleXlsx(rows))).toBe("Item\tCost\nTravel <EU>\t1200");
  });

  test("slides, in order of their numbers", async () => {
    const slides = Array.from({ length: 11 }, (_, n) => `Slide ${n + 1}`);
    expect(await text("a.pptx", samplePptx(slides))).toBe(slides.join("\n\n"));
  });

  test("OpenDocument texts and spreadsheets", async () => {
    const odt = "<office:text><text:h>Title</text:h><text:p>One<text:s/>two</text:p></office:text>";
    expect(await text("a.odt", sampleOpenDocument(odt))).toBe("Title\nOne two");
    const cell = (value: string) => `<table:table-cell><text:p>${value}</text:p></table:table-cell>`;
    const ods = `<table:table><table:table-row>${cell("a")}${cell("b")}</table:table-row></table:table>`;
    expect(await text("a.ods", sampleOpenDocument(ods))).toBe("a\tb");
  });
});

describe("what is skipped says why", () => {
  test.each([
    ["a.bin", Buffer.from([1, 0, 2, 3]), /binary/],
    ["latin1.txt", Buffer.from([0x67, 0xfc, 0x6e]), /binary/],
    ["big.txt", Buffer.alloc(33_000_000, "x"), /too big/],
    ["a.pdf", strToU8("%PDF-1.7 and nothing more"), /PDF is broken/],
    ["a.docx", strToU8("PK\u0003\u0004 cut off"), /no whole office file/],
    ["a.docx", zipSync({ "other.txt": strToU8("x") }), /no Word document/],
    ["a.xlsx", zipSync({ "other.txt": strToU8("x") }), /no spreadsheet/],
    ["a.pptx", zipSync({ "other.txt": strToU8("x") }), /no presentation/],
    ["a.odt", zipSync({ "other.txt": strToU8("x") }), /no OpenDocument/],
  ] as const)("%s", async (path, content, why) => {
    expect(await extract(path, content)).toMatchObject({
      type: "skipped",
      reason: expect.stringMatching(why),
    });
  });
});

describe("a file made to do harm", () => {
  const skipped = (reason: RegExp) => ({ type: "skipped", reason: expect.stringMatching(reason) });
  const bomb = zipSync({ "xl/worksheets/sheet1.xml": new Uint8Array(60_000_000) });

  test("that unpacks to far more than it is, is not unpacked", async () => {
    expect(bomb.length).toBeLessThan(100_000);
    expect(await extract("bomb.xlsx", bomb)).toEqual(skipped(/more than is unpacked/));
  });

  test("that lies about how much it holds, gets no more room than it said", async () => {
    expect(await extract("bomb.xlsx", lieAboutSizes(bomb, 1_000))).toMatchObject({ type: "skipped" });
    expect(await extract("after.txt", "fine")).toMatchObject({ type: "chunks" });
  });

  test("whose XML defines entities, is not parsed, wherever it hides them", async () => {
    const entities = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>';
    expect(await extract("a.docx", sampleDocx(["&b;"], entities))).toEqual(skipped(/entities/));
    const sheet = strToU8(`${entities}<worksheet/>`);
    expect(await extract("a.xlsx", zipSync({ "xl/worksheets/a.xml": sheet }))).toEqual(skipped(/entities/));
    const wide = Buffer.from(`\ufeff${entities}<worksheet/>`, "utf16le");
    expect(await extract("a.xlsx", zipSync({ "xl/worksheets/a.xml": wide }))).toEqual(skipped(/UTF-8/));
  });

  test("whose XML is nested without end, is left alone", async () => {
    const body = `${"<a>".repeat(200_000)}x${"</a>".repeat(200_000)}`;
    expect(await extract("deep.odt", sampleOpenDocument(body))).toEqual(skipped(/XML is broken/));
  });

  test("that eats the memory of the thread, costs that file alone", async () => {
    const small = open({ heapMegabytes: 24 });
    const rows = `<row>${"<c><v>1</v></c>".repeat(700_000)}</row>`;
    const greedy = zipSync({ "xl/worksheets/sheet1.xml": strToU8(`<worksheet>${rows}</worksheet>`) });
    const [first, second] = await Promise.all([
      extract("greedy.xlsx", greedy, small),
      extract("after.txt", "fine", small),
    ]);
    expect(first).toEqual(skipped(/memory|breaks/));
    expect(second).toEqual({ type: "chunks", chunks: [{ line: 1, text: "fine" }] });
  });

  test("that takes too long, is given up", async () => {
    const hasty = open({ fileMs: 1 });
    expect(await extract("a.pdf", samplePdf(["x"]), hasty)).toEqual(skipped(/longer than 0.001 s/));
  });
});

test("one that is broken off leaves the thread for the next", async () => {
  const extractor = open();
  const abort = new AbortController();
  const broken = extractor.extract("a.pdf", samplePdf(["x"]), abort.signal);
  const next = extract("b.txt", "next", extractor);
  abort.abort();
  await expect(broken).rejects.toMatchObject({ data: { code: "cancelled" } });
  expect(await next).toMatchObject({ type: "chunks" });
});

test("a closed one takes nothing more", async () => {
  const extractor = createTextExtractor();
  await extract("a.txt", "x", extractor);
  await extractor.close();
  await expect(extract("a.txt", "x", extractor)).rejects.toMatchObject({ data: { code: "cancelled" } });
});
