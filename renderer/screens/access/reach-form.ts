import { type Settings, settingsSchema } from "../../../shared/settings.ts";

export const REACH_LISTS = ["shellHosts", "allowedPrivateHosts", "outsideFolders"] as const;
export type ReachList = (typeof REACH_LISTS)[number];

export type CheckedLines =
  | { readonly type: "ready"; readonly values: readonly string[] }
  | { readonly type: "wrong"; readonly message: string };

/** Lines as a setting takes them: trimmed, empty ones and repeats left out. */
export function checkLines(list: ReachList, lines: string): CheckedLines {
  const values = [
    ...new Set(
      lines
        .split("\n")
        .map((line) => clean(list, line.trim()))
        .filter((line) => line !== ""),
    ),
  ];
  const parsed = settingsSchema.shape[list].safeParse(values);
  if (parsed.success) return { type: "ready", values: parsed.data };
  const [issue] = parsed.error.issues;
  const at = typeof issue?.path[0] === "number" ? `“${values[issue.path[0]]}”: ` : "";
  return { type: "wrong", message: `${at}${issue?.message ?? "not understood"}` };
}

/** `downloads/` and `./downloads` are the folder downloads. */
const clean = (list: ReachList, line: string): string =>
  list === "outsideFolders" ? line.replace(/^\.\//, "").replace(/\/+$/, "") : line;

/** Whether saving would change anything. */
export const isChanged = (settings: Settings, list: ReachList, values: readonly string[]): boolean =>
  settings[list].join("\n") !== values.join("\n");
