import type { PlanStep } from "../../../shared/files.ts";
import type { PlanPreviewStep, Preview } from "../../../shared/permission.ts";
import { PREVIEW_CHARACTERS } from "../limits.ts";
import type { FilePaths } from "./file-paths.ts";

/** What a person sees of steps before they happen. Texts share PREVIEW_CHARACTERS between them. Never rejects. */
export async function planPreview(given: readonly PlanStep[], paths: FilePaths): Promise<Preview> {
  // The person sees the whole tree.
  const steps = paths.base === "." ? given : await paths.steps(given).catch(() => given);
  const whole = paths.base === "." ? paths : paths.inTree();
  const writes = steps.filter(({ type }) => type === "write").length;
  const most = Math.floor(PREVIEW_CHARACTERS / Math.max(1, writes));
  let cut: "whole" | "cut" = "whole";
  const shown: PlanPreviewStep[] = [];
  for (const step of steps) {
    const now = await typeNow(step, whole);
    if (step.type !== "write" || step.content.length <= most) {
      shown.push({ step, now });
      continue;
    }
    cut = "cut";
    shown.push({ step: { ...step, content: step.content.slice(0, most).toWellFormed() }, now });
  }
  return { type: "plan", steps: shown, cut };
}

const typeNow = async (step: PlanStep, paths: FilePaths): Promise<PlanPreviewStep["now"]> =>
  paths
    .resolve("from" in step ? step.from : step.path)
    .then((target) => paths.typeAt(target))
    .catch(() => "nothing");
