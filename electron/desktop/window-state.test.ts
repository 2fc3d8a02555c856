import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  loadWindowState,
  placeWindow,
  type Rectangle,
  saveWindowState,
  type WindowState,
} from "./window-state.ts";

const laptop: Rectangle = { x: 0, y: 25, width: 1440, height: 875 };
const beside: Rectangle = { x: 1440, y: 0, width: 2560, height: 1440 };
const at = (bounds: Rectangle): WindowState => ({ bounds, shown: "normal" });

describe("placeWindow", () => {
  test("the first time, centred on the first display", () => {
    expect(placeWindow(null, [laptop, beside])).toEqual(at({ x: 40, y: 32, width: 1360, height: 860 }));
  });

  test("as it was, on whichever display that is", () => {
    const saved = at({ x: 1700, y: 200, width: 1200, height: 900 });
    expect(placeWindow(saved, [laptop, beside])).toEqual(saved);
  });

  test("of the same size on the first display when its own is gone", () => {
    const saved = at({ x: 1700, y: 200, width: 1200, height: 800 });
    expect(placeWindow(saved, [laptop])).toEqual(at({ x: 120, y: 62, width: 1200, height: 800 }));
  });

  test("keeps that it was maximised", () => {
    expect(placeWindow({ ...at(laptop), shown: "maximised" }, [laptop]).shown).toBe("maximised");
  });

  test("always wholly inside one display", () => {
    const coordinate = fc.integer({ min: -5_000, max: 8_000 });
    const length = fc.integer({ min: 1, max: 6_000 });
    const rectangle = fc.record({ x: coordinate, y: coordinate, width: length, height: length });
    fc.assert(
      fc.property(rectangle, fc.array(rectangle, { minLength: 1, maxLength: 3 }), (saved, areas) => {
        const { bounds } = placeWindow(at(saved), areas);
        return areas.some(
          (area) =>
            bounds.x >= area.x &&
            bounds.y >= area.y &&
            bounds.x + bounds.width <= area.x + area.width &&
            bounds.y + bounds.height <= area.y + area.height,
        );
      }),
    );
  });
});

describe("the saved state", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "aios-window-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test("comes back as it was saved, and leaves no other file", () => {
    const file = join(folder, "window.json");
    saveWindowState(file, at(laptop));
    saveWindowState(file, at(beside));
    expect(loadWindowState(file)).toEqual(at(beside));
    expect(readdirSync(folder)).toEqual(["window.json"]);
  });

  test.each(["", "{}", '{"bounds":{"x":0,"y":0,"width":-5,"height":1},"shown":"normal"}'])(
    "%j counts as nothing saved",
    (text) => {
      writeFileSync(join(folder, "window.json"), text);
      expect(loadWindowState(join(folder, "window.json"))).toBeNull();
    },
  );

  test("a missing file counts as nothing saved", () => {
    expect(loadWindowState(join(folder, "none.json"))).toBeNull();
  });
});
