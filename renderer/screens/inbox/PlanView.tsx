import { useState } from "react";
import type { PlanPreviewStep, Preview } from "../../../shared/permission.ts";
import { Badge } from "../../components/Badge.tsx";
import { Button } from "../../components/Button.tsx";
import { formatCount } from "../../format.ts";
import { groupTitle, planGroups, stepText } from "../files/plan-groups.ts";
import styles from "./PlanView.module.css";
import { TextBlock } from "./TextBlock.tsx";
import { VisibleText } from "./VisibleText.tsx";

export type PlanPreview = Extract<Preview, { readonly type: "plan" }>;

/** Steps drawn before the rest is asked for. */
const FIRST_STEPS = 200;

/** The steps of a plan in their order, those of one kind together, with what each meets. */
export function PlanView({ preview }: { readonly preview: PlanPreview }) {
  const [shown, setShown] = useState<"first" | "all">("first");
  const steps = shown === "all" ? preview.steps : preview.steps.slice(0, FIRST_STEPS);
  const left = preview.steps.length - steps.length;
  return (
    <figure className={styles.plan} aria-label="Plan">
      {planGroups(steps.map(({ step }) => step)).map((group) => (
        <section key={group.steps[0]?.index}>
          <h4>{groupTitle(group)}</h4>
          <ol start={(group.steps[0]?.index ?? 0) + 1}>
            {group.steps.map(({ index }) => {
              const step = steps[index];
              return step && <Step key={index} preview={step} />;
            })}
          </ol>
        </section>
      ))}
      {left > 0 && (
        <Button size="small" onClick={() => setShown("all")}>
          Show the other {formatCount(left)} steps
        </Button>
      )}
      {preview.cut === "cut" && (
        <p className={styles.cut} role="note">
          Texts are cut here: they are longer than what is shown. The arguments are whole.
        </p>
      )}
    </figure>
  );
}

function Step({ preview }: { readonly preview: PlanPreviewStep }) {
  const { step } = preview;
  const note = noteOn(preview);
  return (
    <li className={styles.step}>
      <VisibleText text={stepText(step)} /> {note && <Badge tone={note.tone}>{note.text}</Badge>}
      {step.type === "write" && step.content !== "" && (
        <details>
          <summary>What it writes</summary>
          <TextBlock text={step.content} />
        </details>
      )}
    </li>
  );
}

/** What a step meets that its line does not tell. */
function noteOn({ step, now }: PlanPreviewStep): { readonly text: string; readonly tone: "warning" } | null {
  if (now === "file" && step.type === "write") return { text: "replaces the file", tone: "warning" };
  if (now === "folder" && (step.type === "move" || step.type === "copy" || step.type === "delete")) {
    return { text: "the folder with all that is in it", tone: "warning" };
  }
  return null;
}
