import { randomBytes } from "node:crypto";
import { open, rename } from "node:fs/promises";
import { withFolder } from "./workspace-folder.ts";
import { TRASH_FOLDER } from "./workspace-path.ts";

/**
 * Moves a file or folder of the workspace into its trash: `.trash/<time>-<random>/<name>`, beside a record
 * `.trash/<time>-<random>.json` of where it was. The record is written first. Returns the new path.
 */
export async function moveToTrash(root: string, parts: readonly string[], now: Date): Promise<string> {
  const name = parts.at(-1) ?? "";
  const stamp = now
    .toISOString()
    .replace(/[-:]|\.\d+Z$/g, "")
    .replace("T", "-");
  const entry = `${stamp}-${randomBytes(4).toString("hex")}`;
  const record = { path: parts.join("/"), trashedAt: now.getTime() };
  await withFolder(root, parts.slice(0, -1), "refuse", (from) =>
    withFolder(root, [TRASH_FOLDER], "create", async (trash) => {
      const file = await open(trash.at(`${entry}.json`), "wx", 0o600);
      try {
        await file.writeFile(`${JSON.stringify(record)}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
      await trash.sync();
      await withFolder(root, [TRASH_FOLDER, entry], "create", async (to) => {
        await rename(from.at(name), to.at(name));
        await to.sync();
      });
      await from.sync();
    }),
  );
  return [TRASH_FOLDER, entry, name].join("/");
}
