import { X } from "lucide-react";
import { useState } from "react";
import type { FilePlan, PlanStep } from "../../../shared/files.ts";
import { Button, IconButton } from "../../components/Button.tsx";
import { Dialog } from "../../components/Dialog.tsx";
import { Empty, ErrorNote } from "../../components/Feedback.tsx";
import { WhenLoaded } from "../../components/WhenLoaded.tsx";
import { formatCount } from "../../format.ts";
import { useLoaded } from "../../store.tsx";
import { VisibleText } from "../inbox/VisibleText.tsx";
import styles from "./Dialogs.module.css";
import { useFilesScreen } from "./files-context.tsx";
import { groupTitle, inverseOf, planGroups, stepText } from "./plan-groups.ts";
import { type Submit, useSubmit } from "./use-submit.ts";

export interface PlanDialogProps {
  readonly request: string;
  /** The folder that the request is about. */
  readonly path: string;
  readonly onClose: () => void;
}

/** A request in plain words as steps: looked at, thinned out, and then done all together or not at all. */
export function PlanDialog({ request, path, onClose }: PlanDialogProps) {
  const { access, reload } = useFilesScreen();
  const { loaded, reload: planAgain } = useLoaded("files.plan", { request, path });
  const [removed, setRemoved] = useState<ReadonlySet<number>>(new Set());
  const [done, setDone] = useState<Done | null>(null);
  const apply = useSubmit("files.applyPlan");
  const steps =
    loaded.status === "ready" ? loaded.output.steps.filter((_step, index) => !removed.has(index)) : [];
  const run = async (): Promise<void> => {
    const output = await apply.send({ steps: [...steps] });
    if (!output) return;
    reload();
    setDone({ text: output.text, steps });
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={done ? "Done" : "Plan"}
      description={<VisibleText text={`“${request}”`} />}
      width="wide"
      footer={
        done ? (
          <DoneButtons done={done} onClose={onClose} />
        ) : (
          <>
            <Button onClick={onClose}>Cancel</Button>
            <Button
              variant="primary"
              disabled={steps.length === 0 || apply.work === "busy" || access === "read-only"}
              onClick={() => void run()}
            >
              Apply all{steps.length > 0 && ` (${formatCount(steps.length)})`}
            </Button>
          </>
        )
      }
    >
      <div className={styles.plan}>
        {done ? (
          <DoneText done={done} />
        ) : (
          <WhenLoaded loaded={loaded} reload={planAgain} lines={5}>
            {(plan) => (
              <Steps
                plan={plan}
                removed={removed}
                onRemove={(index) => {
                  apply.clear();
                  setRemoved(new Set([...removed, index]));
                }}
                apply={apply}
              />
            )}
          </WhenLoaded>
        )}
      </div>
    </Dialog>
  );
}

interface StepsProps {
  readonly plan: FilePlan;
  readonly removed: ReadonlySet<number>;
  readonly onRemove: (index: number) => void;
  readonly apply: Submit<"files.applyPlan">;
}

function Steps({ plan, removed, onRemove, apply }: StepsProps) {
  // Places in the whole plan, so that a step keeps its own when another is taken out.
  const kept = plan.steps.map((step, index) => ({ step, index })).filter(({ index }) => !removed.has(index));
  const groups = planGroups(kept.map(({ step }) => step));
  if (kept.length === 0)
    return (
      <Empty>{removed.size > 0 ? "Every step was taken out: nothing would be done." : plan.summary}</Empty>
    );
  return (
    <>
      <p>
        <VisibleText text={plan.summary} />
      </p>
      <p className={styles.made}>
        {plan.madeBy.type === "grammar"
          ? "Understood by the program itself, without a model."
          : `Made by ${plan.madeBy.model}: look at each step.`}{" "}
        Nothing has been done yet. All steps are done together, or none.
      </p>
      {apply.refused && <ErrorNote error={apply.refused} />}
      {groups.map((group) => (
        <section key={group.steps[0]?.index} className={styles.group}>
          <h3>{groupTitle(group)}</h3>
          <ol>
            {group.steps.map(({ step, index }) => (
              <li key={kept[index]?.index} className={styles.step}>
                <VisibleText text={stepText(step)} />
                <IconButton
                  size="small"
                  icon={X}
                  label={`Take out: ${stepText(step)}`}
                  onClick={() => onRemove(kept[index]?.index ?? -1)}
                />
              </li>
            ))}
          </ol>
        </section>
      ))}
    </>
  );
}

interface Done {
  readonly text: string;
  readonly steps: readonly PlanStep[];
}

function DoneText({ done }: { readonly done: Done }) {
  return (
    <div className={styles.done} role="status">
      <p>
        <VisibleText text={done.text} />
      </p>
      <p className="soft">
        {inverseOf(done.steps) === null
          ? "To take it back: every file keeps its earlier versions, under Versions press Roll back; what was deleted is in the Trash."
          : "Undo puts every file back where it was. Folders that were made stay. Every file keeps its versions besides."}
      </p>
    </div>
  );
}

function DoneButtons({ done, onClose }: { readonly done: Done; readonly onClose: () => void }) {
  const { reload } = useFilesScreen();
  const undo = useSubmit("files.applyPlan");
  const back = inverseOf(done.steps);
  return (
    <>
      {undo.refused && <ErrorNote error={undo.refused} />}
      {back && (
        <Button
          disabled={undo.work === "busy"}
          onClick={async () => {
            if (!(await undo.send({ steps: [...back] }))) return;
            reload();
            onClose();
          }}
        >
          Undo
        </Button>
      )}
      <Button variant="primary" onClick={onClose}>
        Close
      </Button>
    </>
  );
}
