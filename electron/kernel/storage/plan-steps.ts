import { assertNever, KernelError } from "../../../shared/errors.ts";
import { PLAN_STEPS, type PlanStep } from "../../../shared/files.ts";
import type { FileEntry } from "../ports.ts";
import { isIn } from "./file-paths.ts";
import type { PlanFiles } from "./plan-files.ts";
import type { PlanRequest, SortedBy } from "./plan-grammar.ts";
import { endingOf, kindFolder } from "./plan-kinds.ts";

/**
 * The steps that a request means among the files that are there. A name that is taken gets a number (`name-2.txt`).
 * Throws `not-found` where nothing is meant, and `limit-reached` for more than PLAN_STEPS.
 */
export async function stepsFor(request: PlanRequest, files: PlanFiles): Promise<readonly PlanStep[]> {
  const steps = await stepsOf(request, files);
  if (steps.length === 0) throw nothing("There is nothing to do: it is so already");
  if (steps.length <= PLAN_STEPS) return steps;
  throw new KernelError(
    "limit-reached",
    `That takes ${steps.length} steps, and a plan has at most ${PLAN_STEPS}`,
    {
      hint: "Ask for a part of it",
    },
  );
}

async function stepsOf(request: PlanRequest, files: PlanFiles): Promise<readonly PlanStep[]> {
  switch (request.type) {
    case "gather": {
      const folder = await files.at(request.to);
      const chosen = await needed(files.chosen(request.what, "taken"));
      const moved = chosen.filter(({ path }) => !isIn(folder, path) && !isIn(path, folder));
      return placed(
        files,
        request.how,
        moved.map((entry) => ({ entry, folder })),
      );
    }
    case "sort": {
      const folder = request.folder === "" ? files.base : await files.at(request.folder);
      const entries = (await files.entries(folder)).filter(({ type }) => type === "file");
      const inside = folder === "." ? "" : `${folder}/`;
      const goals = entries.map((entry) => ({ entry, folder: inside + folderBy(request.by, entry) }));
      return placed(files, "move", await needed(goals));
    }
    case "rename": {
      const from = await files.at(request.from);
      if ((await files.typeAt(from)) === "nothing") throw nothing(`There is no "${request.from}"`);
      const isName = !request.to.includes("/") && request.from.includes("/");
      const beside = request.from.slice(0, request.from.lastIndexOf("/") + 1);
      const to = await files.at(isName && request.how === "move" ? beside + request.to : request.to);
      return from === to ? [] : [{ type: request.how, from, to: await freeName(files, to, new Set()) }];
    }
    case "delete":
      return (await needed(files.chosen(request.what, "none"))).map(({ path }) => ({ type: "delete", path }));
    case "make-folders": {
      const steps: PlanStep[] = [];
      for (const name of request.folders) {
        const path = await files.at(name);
        if ((await files.typeAt(path)) === "nothing") steps.push({ type: "make-folder", path });
      }
      return steps;
    }
    default:
      return assertNever(request);
  }
}

interface Goal {
  readonly entry: FileEntry;
  readonly folder: string;
}

/** Folders that are not there yet first, then each file under a name that is free. */
async function placed(
  files: PlanFiles,
  how: "move" | "copy",
  goals: readonly Goal[],
): Promise<readonly PlanStep[]> {
  const steps: PlanStep[] = [];
  const taken = new Set<string>();
  for (const folder of new Set(goals.map((goal) => goal.folder))) {
    const type = await files.typeAt(folder);
    if (type === "file") {
      throw new KernelError("conflict", `"${folder}" is a file, so nothing can be put into it`, {
        hint: "Name another folder",
      });
    }
    if (type === "nothing") steps.push({ type: "make-folder", path: folder });
    for (const { path } of await files.entries(folder)) taken.add(path.toLowerCase());
  }
  for (const { entry, folder } of goals) {
    const name = entry.path.slice(entry.path.lastIndexOf("/") + 1);
    const to = await freeName(files, folder === "." ? name : `${folder}/${name}`, taken);
    taken.add(to.toLowerCase());
    steps.push({ type: how, from: entry.path, to });
  }
  return steps;
}

/** Some systems do not tell `A.txt` from `a.txt`, so no plan relies on it. */
async function freeName(files: PlanFiles, wanted: string, taken: ReadonlySet<string>): Promise<string> {
  const [, start = wanted, ending = ""] = /^(.*[^/.])(\.[^./]+)$/.exec(wanted) ?? [];
  for (let n = 1; ; n += 1) {
    const path = n === 1 ? wanted : `${start}-${n}${ending}`;
    if (!taken.has(path.toLowerCase()) && (await files.typeAt(path)) === "nothing") return path;
  }
}

function folderBy(by: SortedBy, { path, modifiedAt }: FileEntry): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  // Days begin at midnight UTC, so that a plan is the same wherever it is made.
  const day = new Date(modifiedAt).toISOString();
  switch (by) {
    case "type":
      return kindFolder(name);
    case "ending":
      return endingOf(name) || "other";
    case "year":
      return day.slice(0, 4);
    case "month":
      return day.slice(0, 7);
    case "year-month":
      return `${day.slice(0, 4)}/${day.slice(5, 7)}`;
  }
}

async function needed<T>(found: readonly T[] | Promise<readonly T[]>): Promise<readonly T[]> {
  const all = await found;
  if (all.length === 0) throw nothing("No file is like that");
  return all;
}

const nothing = (message: string): KernelError =>
  new KernelError("not-found", message, { field: "request", hint: "Look at what is there, and name it" });
