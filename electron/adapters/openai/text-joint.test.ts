import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type AnswerForm, TextJoint } from "./text-joint.ts";

const PARTIAL = "The capital of France is Paris, and that of Spain is";

/** The joined text, with the pieces pushed one after another; `repeated` when the answer was found to begin again. */
function join(partial: string, pieces: readonly string[], form: AnswerForm = "rest") {
  const joint = TextJoint.of(partial, form);
  if (joint === null) throw new Error("Expected a text that can be continued");
  let text = partial;
  for (const [position, piece] of pieces.entries()) {
    const joined = joint.push(piece);
    if (joined.type === "repeated") {
      return { repeated: joined.text + pieces.slice(position + 1).join("") };
    }
    text += joined.text;
  }
  return { text: text + joint.end() };
}

describe("a joint", () => {
  test.each([
    ["a word with its space", "", [" Madrid."], " Madrid."],
    ["the rest of a word", "n", ["either."], "neither."],
    ["a space that was there already", " ", [" Mad", "rid."], " Madrid."],
    ["no space where there was one", " ", ["Madrid."], " Madrid."],
    ["line ends that were there already", ":\n\n", ["\n", "\n- Madrid"], ":\n\n- Madrid"],
    ["half of the line ends", ":\n\n", ["\n- Madrid"], ":\n\n- Madrid"],
    ["another kind of space", ":\n", [" Madrid"], ":\n Madrid"],
    ["the same word as the beginning", ". ", ["The capital", " of Italy"], ". The capital of Italy"],
    ["nothing", " ", [], " "],
    ["only the space", " ", [" "], " "],
    ["only the beginning of the beginning", ". ", ["The"], ". The"],
  ])("takes %s", (_name, end, pieces, expected) => {
    expect(join(PARTIAL + end, pieces)).toEqual({ text: PARTIAL + expected });
  });

  test("notices an answer that begins again, the same or in part", () => {
    const again = `${PARTIAL} Madrid.`;
    expect(join(PARTIAL, [again])).toEqual({ repeated: again });
    expect(join(PARTIAL, [...again])).toEqual({ repeated: again });
    const other = "The capital of France is Paris. Spain's is Madrid.";
    expect(join(PARTIAL, [...other])).toEqual({ repeated: other });
    expect(join(PARTIAL, [...other], "whole")).toEqual({ repeated: other });
  });

  test("takes the partial out of an answer that holds it by rule", () => {
    expect(join(PARTIAL, [...`${PARTIAL} Madrid.`], "whole")).toEqual({ text: `${PARTIAL} Madrid.` });
    expect(join(`${PARTIAL} `, [`${PARTIAL} Madrid.`], "whole")).toEqual({ text: `${PARTIAL} Madrid.` });
    expect(join(PARTIAL, [" Madrid."], "whole")).toEqual({ text: `${PARTIAL} Madrid.` });
  });

  test("leaves a list alone that goes on as it began", () => {
    const list = "1. Check the first of the boxes\n2. Check the second of the boxes\n";
    expect(join(`a ${list}${list}`, [list])).toEqual({ text: `a ${list}${list}${list}` });
  });

  test.each(["", "Ha", "  \n", "ha ha ha ha ha ha ha ha ha ha ha ha", "0,".repeat(30)])(
    "is refused where nothing could be told: %j",
    (partial) => expect(TextJoint.of(partial, "rest")).toBeNull(),
  );

  test("sends no space at the end", () => {
    expect(TextJoint.of(`${PARTIAL} \n`, "rest")?.head).toBe(PARTIAL);
  });

  test("makes one text of any cut, however the pieces come", () => {
    const whole =
      "Rayleigh scattering: short waves scatter more.\n\n- blue\n- violet  (less light)\n\n\tEnd. ";
    fc.assert(
      fc.property(
        fc.integer({ min: 30, max: whole.length }),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
        fc.constantFrom<AnswerForm>("rest", "whole"),
        (cut, sizes, form) => {
          const partial = whole.slice(0, cut);
          const answer = form === "whole" ? whole : whole.slice(partial.trimEnd().length);
          const pieces: string[] = [];
          for (let at = 0, turn = 0; at < answer.length; turn += 1) {
            const size = sizes[turn % sizes.length] ?? 1;
            pieces.push(answer.slice(at, at + size));
            at += size;
          }
          expect(join(partial, pieces, form)).toEqual({ text: whole });
        },
      ),
    );
  });
});
