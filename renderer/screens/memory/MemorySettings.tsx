import { type FormEvent, useId, useState } from "react";
import { Button } from "../../components/Button.tsx";
import { Checkbox } from "../../components/Checkbox.tsx";
import { Dialog } from "../../components/Dialog.tsx";
import { ErrorNote } from "../../components/Feedback.tsx";
import { Field } from "../../components/Field.tsx";
import { Select, TextInput } from "../../components/inputs.tsx";
import { useSystem } from "../../store.tsx";
import styles from "../files/Dialogs.module.css";
import { useSubmit } from "../files/use-submit.ts";
import { AMOUNT_EXPECTED, BUDGET_UNITS, budgetAmount, budgetBytes } from "./budget-amount.ts";
import { embeddingChoices, FIRST_MODEL } from "./embedding-choices.ts";
import own from "./Owners.module.css";

/** What holds for all memories: RAM, the model that reads for meaning, and notes by a model. */
export function MemorySettings({ onClose }: { readonly onClose: () => void }) {
  const settings = useSystem((system) => system.settings);
  const cores = useSystem((system) => [...system.cores.values()]);
  const formId = useId();
  const [amount, setAmount] = useState(() => budgetAmount(settings.memoryRamBytes));
  const [model, setModel] = useState(settings.embeddingModel ?? FIRST_MODEL);
  const [notes, setNotes] = useState(settings.memoryNotes);
  const { send, work, refused } = useSubmit("settings.update");
  const bytes = budgetBytes(amount);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (bytes === null) return;
    // An amount that was not touched is not rounded to what is shown of it.
    const shown = budgetBytes(budgetAmount(settings.memoryRamBytes));
    const saved = await send({
      ...(bytes === shown ? {} : { memoryRamBytes: bytes }),
      embeddingModel: model === FIRST_MODEL ? null : model,
      memoryNotes: notes,
    });
    if (saved) onClose();
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title="Memory settings"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" type="submit" form={formId} disabled={bytes === null || work === "busy"}>
            Save
          </Button>
        </>
      }
    >
      <form id={formId} className={styles.form} noValidate onSubmit={(event) => void submit(event)}>
        {refused && <ErrorNote error={refused} />}
        <Field
          label="RAM of one memory"
          hint="For all that have no budget of their own. Above 80 % of it, what was used least lately goes to disk."
          error={bytes === null ? AMOUNT_EXPECTED : null}
        >
          <div className={own.fields}>
            <TextInput
              inputMode="decimal"
              className={own.amount}
              value={amount.amount}
              onChange={(event) => setAmount({ ...amount, amount: event.target.value })}
            />
            <Select
              id={undefined}
              aria-describedby={undefined}
              aria-label="Unit"
              value={amount.unit}
              choices={BUDGET_UNITS.map((unit) => ({ value: unit, label: unit }))}
              onChoose={(unit) => setAmount({ ...amount, unit })}
            />
          </div>
        </Field>
        <Field
          label="Model for search by meaning"
          hint="With another model, all items are read again in the background; words find them meanwhile."
        >
          <Select
            value={model}
            choices={embeddingChoices(cores, settings.embeddingModel)}
            onChoose={setModel}
          />
        </Field>
        <Checkbox value="notes" state={notes} onChange={setNotes}>
          Let a model write keywords, tags and links to what is added
        </Checkbox>
      </form>
    </Dialog>
  );
}
