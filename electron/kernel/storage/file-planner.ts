import { KernelError, toErrorData } from "../../../shared/errors.ts";
import type { FilePlan, PlanStep } from "../../../shared/files.ts";
import type { FileToolbox } from "./file-tool-parts.ts";
import { type ModelPlan, type PlanningModel, planByModel } from "./plan-by-model.ts";
import { type FindFiles, PlanFiles } from "./plan-files.ts";
import { PLAN_EXAMPLES, parsePlanRequest } from "./plan-grammar.ts";
import { stepsFor } from "./plan-steps.ts";
import { planEffects, planSummary } from "./plan-tool.ts";

/** Characters of a model's sentence about its plan. */
const SUMMARY_CHARACTERS = 300;

export interface FilePlannerParts {
  readonly box: FileToolbox;
  readonly find: FindFiles;
  /** The default model, where it is a language model that calls tools; else null. */
  readonly model: () => PlanningModel | null;
  /** Aborts when the kernel stops. */
  readonly signal: AbortSignal;
}

/**
 * Turns requests in plain language into steps that have been checked. A language model makes them by tool calls;
 * where there is none, or it gives no steps, the grammar of `parsePlanRequest` does. Nothing is changed.
 */
export class FilePlanner {
  readonly #parts: FilePlannerParts;

  constructor(parts: FilePlannerParts) {
    this.#parts = parts;
  }

  /** Throws `bad-input` with what can be said, what is wrong with a step, and what a model's call ended with. */
  async plan(request: string, path: string): Promise<FilePlan> {
    const base = await this.#parts.box.paths.resolve(path);
    const model = this.#parts.model();
    const made = model && (await this.#byModel(model, request, base));
    if (!model || !made) return this.byGrammar(request, base);
    const steps = await this.#check(made.steps);
    const madeBy = { type: "model", model: model.model } as const;
    return { request, steps, madeBy, summary: oneLine(made.said) || sentence(steps) };
  }

  /** The plan of the grammar alone. `base` is canonical. */
  async byGrammar(request: string, base: string, paths = this.#parts.box.paths): Promise<FilePlan> {
    const { box, find, signal } = this.#parts;
    const parsed = parsePlanRequest(request);
    if (!parsed) throw notUnderstood(request);
    const files = new PlanFiles({ files: box.files, paths, find, base, signal });
    const steps = await this.#check(await stepsFor(parsed, files));
    return { request, steps, madeBy: { type: "grammar" }, summary: sentence(steps) };
  }

  /** null: the grammar may try. Throws where that would not understand the request either. */
  async #byModel(model: PlanningModel, request: string, base: string): Promise<ModelPlan | null> {
    try {
      const made = await planByModel(model, request, base, (steps) => this.#check(steps));
      if (made.steps.length > 0) return made;
      if (parsePlanRequest(request)) return null;
      throw notUnderstood(request, oneLine(made.said));
    } catch (thrown) {
      // A model that cannot be reached, or comes to no end, is no reason to refuse what needs none.
      const isOfModel = /^(?:model-|limit-reached|budget-|queue-full|context-)/.test(
        toErrorData(thrown).code,
      );
      if (isOfModel && parsePlanRequest(request)) return null;
      throw thrown;
    }
  }

  /** On canonical paths. Throws also what the floor would refuse when it is applied. */
  async #check(steps: readonly PlanStep[]): Promise<readonly PlanStep[]> {
    const { versioned, paths } = this.#parts.box;
    const kept = (await planEffects(steps, paths)).find(({ type }) => type === "secret" || type === "config");
    if (kept) {
      throw new KernelError("not-allowed", `No plan may touch ${kept.target}`, { field: "request" });
    }
    return versioned.check(steps);
  }
}

const sentence = (steps: readonly PlanStep[]): string => {
  const text = planSummary(steps);
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
};

const oneLine = (text: string): string => {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= SUMMARY_CHARACTERS
    ? line
    : `${line.slice(0, SUMMARY_CHARACTERS - 1)}…`.toWellFormed();
};

function notUnderstood(request: string, said = ""): KernelError {
  const why = said === "" ? "" : `: ${said}`;
  return new KernelError("bad-input", `"${oneLine(request)}" gave no plan${why}`, {
    field: "request",
    hint: `Say it like: ${PLAN_EXAMPLES.join("; ")}`,
  });
}
