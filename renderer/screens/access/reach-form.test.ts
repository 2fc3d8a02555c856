import { expect, test } from "vitest";
import { DEFAULT_SETTINGS } from "../../../shared/settings.ts";
import { checkLines, isChanged } from "./reach-form.ts";

test.each([
  ["shellHosts", " example.com \n\n*.npmjs.org\nexample.com", ["example.com", "*.npmjs.org"]],
  ["allowedPrivateHosts", "localhost:3000", ["localhost:3000"]],
  ["outsideFolders", "downloads/\n./mail", ["downloads", "mail"]],
  ["outsideFolders", "", []],
] as const)("%s takes lines", (list, lines, values) => {
  expect(checkLines(list, lines)).toEqual({ type: "ready", values });
});

test.each([
  ["shellHosts", "good.example\nhttps://bad.example", "“https://bad.example”: expected a host"],
  ["allowedPrivateHosts", "localhost", "“localhost”: expected host:port"],
] as const)("%s says which line is wrong", (list, lines, message) => {
  expect(checkLines(list, lines)).toMatchObject({ type: "wrong", message: expect.stringContaining(message) });
});

test("the same list is no change", () => {
  expect(isChanged(DEFAULT_SETTINGS, "outsideFolders", DEFAULT_SETTINGS.outsideFolders)).toBe(false);
  expect(isChanged(DEFAULT_SETTINGS, "outsideFolders", [])).toBe(true);
});
