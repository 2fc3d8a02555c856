import fc from "fast-check";
import { expect, test } from "vitest";
import { visiblePieces } from "./visible-text.ts";

const shownAs = (text: string): string =>
  visiblePieces(text)
    .map((piece) => (piece.type === "text" ? piece.text : `[${piece.label}]`))
    .join("");

test("bidirectional overrides and controls are shown by name", () => {
  expect(shownAs("invoice\u202Etxt.exe")).toBe("invoice[RLO]txt.exe");
  expect(shownAs("\u001B[2Jclean\r\n")).toBe("[ESC][2Jclean[CR]\n");
  expect(shownAs("a\u200Bb\u00A0c\uFEFF")).toBe("a[ZWSP]b[NBSP]c[BOM]");
});

test("hidden characters without a name of their own are shown by their code", () => {
  expect(shownAs("x\u{E0041}y\u3164z")).toBe("x[U+E0041]y[U+3164]z");
  expect(shownAs("half \uD83D")).toBe("half [U+D83D]");
});

test("what can be seen stays as it is", () => {
  const text = "Zwölf Boxkämpfer\n\tjagen 維克多 🥊 straße";
  expect(visiblePieces(text)).toEqual([{ type: "text", text }]);
});

test("no character is lost, and no piece of plain text hides one", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const joined = visiblePieces(text)
        .map((piece) =>
          piece.type === "text" ? piece.text : String.fromCodePoint(Number.parseInt(piece.code.slice(2), 16)),
        )
        .join("");
      expect(joined).toBe(text);
      for (const piece of visiblePieces(text)) {
        if (piece.type === "text")
          expect(piece.text).not.toMatch(/[\u202A-\u202E\u2066-\u2069\u200B-\u200F]/);
      }
    }),
  );
});
