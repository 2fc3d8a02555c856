import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Stands in the data folder, outside the workspace, once the workspace was seeded. */
const MARKER = ".workspace-seeded";

/**
 * The first file of a new workspace. It tells what the folder is for, and has the flaws planted that the sample
 * task of the `reviewer` agent asks for: a doubled word, a TODO, a trailing space, a heading that skips a level
 * and one overlong line.
 */
export const WELCOME_TEXT = [
  "# Welcome to your workspace",
  "",
  "This folder is shared by you and your agents. Whatever they write lands here,",
  "and nothing they do with files can reach beyond it.",
  "",
  "### What you can try",
  "",
  '- Ask file-clerk: "write the squares of 1 to 5 into squares.txt"',
  '- Ask reviewer: "review welcome.md". It has a few flaws for for it to find.',
  "- Put a text file of your own here and ask for a search through it. ",
  "",
  "## Deleting and undoing",
  "",
  "A deleted file is not gone: it is moved to the trash of this workspace, under a new name, together with a note of where it was, so that you can always put it back by hand.",
  "",
  "TODO: say where the trash is.",
  "",
].join("\n");

/**
 * Puts welcome.md into a workspace the first time only: a person who deletes it does not get it again.
 * A file of that name that is already there is left alone.
 */
export function seedWorkspace(dataFolder: string, workspace: string): void {
  const marker = join(dataFolder, MARKER);
  if (existsSync(marker)) return;
  const welcome = join(workspace, "welcome.md");
  if (!existsSync(welcome)) writeFileSync(welcome, WELCOME_TEXT, { flag: "wx" });
  writeFileSync(marker, "The workspace was given its welcome.md. Remove this file to get it once more.\n");
}
