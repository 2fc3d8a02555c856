import { z } from "zod";
import { assertNever, KernelError } from "../../../shared/errors.ts";
import { PLAN_STEPS, type PlanStep, planStepSchema } from "../../../shared/files.ts";
import type { Effect } from "../../../shared/permission.ts";
import { guardPath } from "../access/path-guard.ts";
import { PLAN_CHARACTERS, PLAN_EFFECTS } from "../limits.ts";
import type { Tool } from "../ports.ts";
import { defineTool } from "../tools/define-tool.ts";
import { type FilePaths, fileEffect, isIn } from "./file-paths.ts";
import type { FileToolbox } from "./file-tool-parts.ts";
import { planPreview } from "./plan-preview.ts";
import { treeEffects } from "./tree-effects.ts";

/** Several changes as one: one decision about all, and all or none of them happen. */
export function planTool(box: FileToolbox): Tool {
  const { versioned, marks } = box;
  return defineTool({
    kind: "storage",
    idempotent: "no",
    name: "apply_plan",
    description:
      "Makes several changes to files as one: all of them or, if one cannot be made, none. Use it for more than two changes that belong together.",
    input: z.strictObject({ steps: z.array(planStepSchema).min(1).max(PLAN_STEPS) }),
    timeoutMs: 120_000,
    effects: ({ steps }, caller) => planEffects(steps, box.pathsOf(caller)),
    preview: ({ steps }, caller) => planPreview(steps, box.pathsOf(caller)),
    run: async ({ steps }, run) => {
      const paths = box.pathsOf(run);
      const checked = await versioned.check(paths.base === "." ? steps : await paths.steps(steps));
      for (const step of checked) {
        for (const [use, path] of usesOf(step)) {
          paths.check(path);
          guardPath(path, use);
        }
      }
      for (const step of checked) {
        if (step.type === "move" || step.type === "copy") marks.carry(step.from, step.to);
      }
      const made = await versioned.apply(checked, box.authorOf(run));
      box.saw(run, made);
      return `Did all ${steps.length} steps: ${planSummary(checked)}`;
    },
  });
}

/** The paths of a step once more, for a link may have been turned to a key since the decision. */
const usesOf = (step: PlanStep): readonly (readonly ["read" | "write", string])[] =>
  "from" in step
    ? [
        [step.type === "copy" ? "read" : "write", step.from],
        ["write", step.to],
      ]
    : [["write", step.path]];

/**
 * The effects of all steps, each once. What earlier steps put somewhere is moved and copied by later ones, so their
 * names are followed through the plan. Throws what a step's paths throw, and `limit-reached`.
 */
export async function planEffects(steps: readonly PlanStep[], paths: FilePaths): Promise<readonly Effect[]> {
  const effects = new Map<string, Effect>();
  const placed = new Set<string>();
  const inside = async (folder: string): Promise<readonly string[]> => [
    ...new Set([
      ...(await paths.within(folder)),
      ...[...placed].filter((path) => path !== folder && isIn(folder, path)),
    ]),
  ];
  checkLength(steps);
  for (const step of steps) {
    for (const effect of await stepEffects(step, paths, inside)) {
      effects.set(`${effect.type} ${effect.target} ${effect.opaque ?? ""}`, effect);
      if (effect.type !== "read" && effect.type !== "delete") placed.add(effect.target);
    }
    if (effects.size > PLAN_EFFECTS) {
      throw new KernelError("limit-reached", `The plan touches more than ${PLAN_EFFECTS} files`, {
        hint: "Make it in parts",
      });
    }
  }
  return [...effects.values()];
}

async function stepEffects(
  step: PlanStep,
  paths: FilePaths,
  inside: (folder: string) => Promise<readonly string[]>,
): Promise<readonly Effect[]> {
  switch (step.type) {
    case "make-folder":
      return [fileEffect("write", await paths.resolveEntry(step.path, "made"))];
    case "write":
    case "roll-back":
      return [fileEffect("write", await paths.resolve(step.path))];
    case "delete":
      return treeEffects({ type: "delete", path: await paths.resolveEntry(step.path, "deleted") }, inside);
    case "move":
    case "copy": {
      const from = await paths.resolveEntry(step.from, step.type === "move" ? "moved" : "copied");
      return treeEffects({ type: step.type, from, to: await paths.resolveEntry(step.to, "made") }, inside);
    }
    default:
      return assertNever(step);
  }
}

function checkLength(steps: readonly PlanStep[]): void {
  const length = steps.reduce((sum, step) => sum + (step.type === "write" ? step.content.length : 0), 0);
  if (length <= PLAN_CHARACTERS) return;
  throw new KernelError(
    "limit-reached",
    `The plan writes ${length} characters, more than ${PLAN_CHARACTERS}`,
    {
      field: "steps",
      hint: "Write long files one by one",
    },
  );
}

const WORDS: Readonly<Record<PlanStep["type"], readonly [one: string, many: string]>> = {
  "make-folder": ["makes 1 folder", "makes # folders"],
  write: ["writes 1 file", "writes # files"],
  move: ["moves 1 file or folder", "moves # files or folders"],
  copy: ["copies 1 file or folder", "copies # files or folders"],
  delete: ["deletes 1 file or folder", "deletes # files or folders"],
  "roll-back": ["rolls 1 file back", "rolls # files back"],
};

/** Such as `makes 1 folder, moves 3 files or folders`. */
export function planSummary(steps: readonly PlanStep[]): string {
  const counts = Map.groupBy(steps, ({ type }) => type);
  return [...counts]
    .map(([type, { length }]) =>
      length === 1 ? WORDS[type][0] : WORDS[type][1].replace("#", String(length)),
    )
    .join(", ");
}
