import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";

/** What axe finds wrong with the page, in a line each with the elements; empty when nothing is. */
export async function violations(page: Page): Promise<readonly string[]> {
  // Colours that are on their way from one state to the next are nobody's contrast.
  await page.emulateMedia({ reducedMotion: "reduce" });
  // Every rule, told of only where it is broken, and in this page alone: the dashboard has no frames. Four times as fast.
  const { violations: found } = await new AxeBuilder({ page })
    .setLegacyMode(true)
    .options({ resultTypes: ["violations"] })
    .analyze();
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join("\n  ")}`);
}
