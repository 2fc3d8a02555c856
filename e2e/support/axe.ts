import type { Page } from "@playwright/test";
import axe from "axe-core";

/** What axe finds wrong with the page, in a line each with the elements; empty when nothing is. */
export async function violations(page: Page): Promise<readonly string[]> {
  // Colours that are on their way from one state to the next are nobody's contrast.
  await page.emulateMedia({ reducedMotion: "reduce" });
  // Once for each page: the browser takes as long to read axe as to run it.
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe.source);
  // Every rule, told of only where it is broken.
  return page.evaluate(async () => {
    const { axe: loaded } = window as unknown as { readonly axe: typeof import("axe-core") };
    const { violations: found } = await loaded.run(document, { resultTypes: ["violations"] });
    return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join("\n  ")}`);
  });
}
