import { Copy } from "lucide-react";
import { type FormEvent, useId, useState } from "react";
import type { MethodOutput } from "../../../shared/contract.ts";
import type { FileRow } from "../../../shared/files.ts";
import { Button } from "../../components/Button.tsx";
import { Dialog } from "../../components/Dialog.tsx";
import { ErrorNote } from "../../components/Feedback.tsx";
import { Field } from "../../components/Field.tsx";
import { Select, TextInput } from "../../components/inputs.tsx";
import { formatWhen } from "../access/when.ts";
import { copyAddress } from "./copy-address.ts";
import styles from "./Dialogs.module.css";
import { nameOf, ROOT } from "./paths.ts";
import { useSubmit } from "./use-submit.ts";

const LASTS = [
  { value: "10", label: "10 minutes" },
  { value: "60", label: "1 hour" },
  { value: "1440", label: "1 day" },
  { value: "10080", label: "7 days" },
  { value: "43200", label: "30 days" },
] as const;

const FORMS = [
  { value: "file", label: "The file as it is now" },
  { value: "zip", label: "A zip" },
] as const;

export interface ShareDialogProps {
  readonly path: string;
  readonly of: FileRow["type"];
  readonly onClose: () => void;
}

/** Makes a read-only link, and tells its address. */
export function ShareDialog({ path, of, onClose }: ShareDialogProps) {
  const formId = useId();
  const [type, setType] = useState<"file" | "zip">(of === "file" ? "file" : "zip");
  const [minutes, setMinutes] = useState<(typeof LASTS)[number]["value"]>("1440");
  const [made, setMade] = useState<MethodOutput<"files.share"> | null>(null);
  const { work, refused, send } = useSubmit("files.share");
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const output = await send({ path, type, minutes: Number(minutes) });
    if (!output) return;
    setMade(output);
    await copyAddress(output.url);
  };
  const name = path === ROOT ? "the workspace" : nameOf(path);
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={`Share ${name}`}
      description="A read-only link that works on this machine. Whoever has the address can read it until it ends."
      footer={
        made ? (
          <Button variant="primary" onClick={onClose}>
            Done
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>Cancel</Button>
            <Button variant="primary" type="submit" form={formId} disabled={work === "busy"}>
              Make the link
            </Button>
          </>
        )
      }
    >
      {made ? (
        <div className={styles.form}>
          <Field
            label="Address"
            hint={`Until ${formatWhen(made.share.expiresAt)}. It can be revoked under Shared links.`}
          >
            <TextInput readOnly value={made.url} onFocus={(event) => event.currentTarget.select()} />
          </Field>
          <div>
            <Button icon={Copy} onClick={() => void copyAddress(made.url)}>
              Copy address
            </Button>
          </div>
        </div>
      ) : (
        <form id={formId} className={styles.form} onSubmit={(event) => void submit(event)}>
          {of === "file" && (
            <Field label="What is shared">
              <Select value={type} choices={FORMS} onChoose={setType} />
            </Field>
          )}
          <Field label="It ends after">
            <Select value={minutes} choices={LASTS} onChoose={setMinutes} />
          </Field>
          {refused && <ErrorNote error={refused} />}
        </form>
      )}
    </Dialog>
  );
}
