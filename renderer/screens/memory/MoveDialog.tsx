import { type FormEvent, useId, useState } from "react";
import { Button } from "../../components/Button.tsx";
import { Dialog } from "../../components/Dialog.tsx";
import { Empty } from "../../components/Feedback.tsx";
import { Field } from "../../components/Field.tsx";
import { Select } from "../../components/inputs.tsx";
import { useMemoryScreen } from "./memory-context.tsx";
import { ownerText } from "./owners.ts";
import { type ItemRef, useMemoryActions } from "./use-memory-actions.ts";

export interface MoveDialogProps {
  readonly item: ItemRef;
  readonly onClose: () => void;
}

/** To whose memory an item goes. */
export function MoveDialog({ item, onClose }: MoveDialogProps) {
  const { owners } = useMemoryScreen();
  const { move } = useMemoryActions();
  const formId = useId();
  const others = owners.filter((owner) => owner !== item.owner);
  const [to, setTo] = useState(others[0]);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (to !== undefined && (await move(item, to)) === "done") onClose();
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={`Move ${item.id}`}
      width="narrow"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" type="submit" form={formId} disabled={to === undefined}>
            Move
          </Button>
        </>
      }
    >
      {to === undefined ? (
        <Empty>Nobody else has a memory yet.</Empty>
      ) : (
        <form id={formId} noValidate onSubmit={(event) => void submit(event)}>
          <Field
            label="To the memory of"
            hint="Your items can be read by every agent, a group's by its members."
          >
            <Select
              value={to}
              choices={others.map((value) => ({ value, label: ownerText(value) }))}
              onChoose={setTo}
            />
          </Field>
        </form>
      )}
    </Dialog>
  );
}
