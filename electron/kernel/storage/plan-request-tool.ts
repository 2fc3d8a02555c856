import { z } from "zod";
import type { Tool } from "../ports.ts";
import { defineTool } from "../tools/define-tool.ts";
import type { FilePlanner } from "./file-planner.ts";
import type { FileToolbox } from "./file-tool-parts.ts";

/** Reads a request by the grammar: an agent can look at the steps, change them, and apply them as one. */
export function planRequestTool(box: FileToolbox, planner: () => FilePlanner): Tool {
  return defineTool({
    kind: "storage",
    idempotent: "yes",
    name: "plan_files",
    description:
      "Turns a request such as 'put all notes about the grant into one folder' into steps for apply_plan, as JSON. Changes nothing.",
    input: z.strictObject({
      request: z.string().trim().min(1).max(2_000),
      path: z.string().min(1).max(1_000).default("."),
    }),
    effects: async ({ path }, caller) => [await box.pathsOf(caller).effect("read", path)],
    taints: box.taints,
    privates: [{ type: "workspace" }],
    run: async ({ request, path }, run) => {
      const paths = box.pathsOf(run);
      const base = await paths.use(path, "read");
      const { steps, summary } = await planner().byGrammar(request, base, paths);
      // A name may speak as well as a text.
      for (const step of steps) {
        for (const source of box.marks.taintOf("from" in step ? step.from : step.path)) run.taint(source);
      }
      return `${summary}\n${JSON.stringify(paths.shownSteps(steps))}`;
    },
  });
}
