import { expect, test } from "vitest";
import { menuTemplate } from "./menu.ts";

test("packaged, it offers no developer tools", () => {
  expect(JSON.stringify(menuTemplate("linux", "packaged"))).not.toContain("toggleDevTools");
  expect(JSON.stringify(menuTemplate("linux", "development"))).toContain("toggleDevTools");
});

test("quitting is where each system has it", () => {
  expect(menuTemplate("darwin", "packaged")[0]).toEqual({ role: "appMenu" });
  expect(JSON.stringify(menuTemplate("win32", "packaged")[0])).toContain("quit");
});
