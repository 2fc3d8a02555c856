import type { PlanStep } from "../../../shared/files.ts";
import { formatCount } from "../../format.ts";

/** Steps of one type that follow one another; the order of all is the order in which they are done. */
export interface PlanGroup {
  readonly type: PlanStep["type"];
  readonly steps: readonly { readonly step: PlanStep; readonly index: number }[];
}

export function planGroups(steps: readonly PlanStep[]): readonly PlanGroup[] {
  const groups: { type: PlanStep["type"]; steps: { step: PlanStep; index: number }[] }[] = [];
  steps.forEach((step, index) => {
    const last = groups.at(-1);
    if (last?.type === step.type) last.steps.push({ step, index });
    else groups.push({ type: step.type, steps: [{ step, index }] });
  });
  return groups;
}

const TITLES: Readonly<Record<PlanStep["type"], readonly [verb: string, one: string, many: string]>> = {
  "make-folder": ["Make", "folder", "folders"],
  write: ["Write", "file", "files"],
  move: ["Move", "file or folder", "files or folders"],
  copy: ["Copy", "file or folder", "files or folders"],
  delete: ["Delete", "file or folder", "files or folders"],
  "roll-back": ["Roll back", "file", "files"],
};

export function groupTitle({ type, steps }: PlanGroup): string {
  const [verb, one, many] = TITLES[type];
  return `${verb} ${formatCount(steps.length)} ${steps.length === 1 ? one : many}`;
}

/** What a step does, in one line. */
export function stepText(step: PlanStep): string {
  switch (step.type) {
    case "make-folder":
    case "delete":
      return step.path;
    case "write":
      return `${step.path} (${formatCount(step.content.length)} characters)`;
    case "move":
    case "copy":
      return `${step.from} → ${step.to}`;
    case "roll-back":
      return `${step.path} to ${step.to}`;
  }
}

/**
 * The steps that take a plan back, last first; null where versions and the trash have to do it. Folders that were made
 * stay, for something may lie in them by then.
 */
export function inverseOf(steps: readonly PlanStep[]): readonly PlanStep[] | null {
  const back: PlanStep[] = [];
  for (const step of steps) {
    switch (step.type) {
      case "make-folder":
        break;
      case "move":
        back.unshift({ type: "move", from: step.to, to: step.from });
        break;
      case "copy":
        back.unshift({ type: "delete", path: step.to });
        break;
      case "write":
      case "delete":
      case "roll-back":
        return null;
    }
  }
  return back.length === 0 ? null : back;
}
