import type { RecallView } from "../../../shared/context.ts";
import type { ContextFold } from "./fold.ts";
import { applyReductions, inForce } from "./reductions.ts";

/** What memory put into a context, newest first, and what compactions have left of it. */
export function recallsOf(
  fold: Pick<ContextFold, "history" | "recalls" | "compactions">,
): readonly RecallView[] {
  const { shapes } = applyReductions(fold.history, inForce(fold.compactions));
  const shapeAt = new Map(
    shapes.flatMap(({ shape, positions }) => positions.map((position) => [position, shape] as const)),
  );
  return fold.recalls.toReversed().map(({ seq, at, recall, message }) => {
    const shape = shapeAt.get(fold.history.indexOf(message));
    return { seq, at, recall, shown: shape === "whole" || shape === "cut" ? shape : "taken-out" };
  });
}
