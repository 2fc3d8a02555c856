import { readdirSync, readFileSync } from "node:fs";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { manifestSchema } from "../../../shared/manifest.ts";
import { AgentIcon } from "./AgentIcon.tsx";

const iconOf = (name: string): string => renderToStaticMarkup(<AgentIcon name={name} />);

test("every bundled agent has the icon that its manifest names", () => {
  const folder = new URL("../../../resources/agents/", import.meta.url);
  const files = readdirSync(folder).filter((file) => file.endsWith(".json"));
  expect(files.length).toBeGreaterThanOrEqual(6);
  for (const file of files) {
    const { icon } = manifestSchema.parse(JSON.parse(readFileSync(new URL(file, folder), "utf8")));
    expect(iconOf(icon), `${file}: ${icon}`).toContain(`lucide-${icon}`);
  }
});

test("an icon that is not among ours becomes a robot", () => {
  expect(iconOf("no-such-icon")).toBe(iconOf("bot"));
  expect(iconOf("constructor")).toBe(iconOf("bot"));
});
