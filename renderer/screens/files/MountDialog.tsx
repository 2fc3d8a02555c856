import { type FormEvent, useId, useState } from "react";
import { mountNameSchema } from "../../../shared/files.ts";
import { Button } from "../../components/Button.tsx";
import { Dialog } from "../../components/Dialog.tsx";
import { ErrorNote } from "../../components/Feedback.tsx";
import { Field } from "../../components/Field.tsx";
import { Select, TextInput } from "../../components/inputs.tsx";
import styles from "./Dialogs.module.css";
import { useFilesScreen } from "./files-context.tsx";
import { useSubmit } from "./use-submit.ts";

const ACCESS = [
  { value: "read-only", label: "Only read" },
  { value: "read-write", label: "Read and write" },
] as const;

/** Makes a folder of this machine part of every workspace. */
export function MountDialog({ onClose }: { readonly onClose: () => void }) {
  const { goInto } = useFilesScreen();
  const formId = useId();
  const [folder, setFolder] = useState("");
  const [name, setName] = useState("");
  const [access, setAccess] = useState<(typeof ACCESS)[number]["value"]>("read-only");
  const { work, refused, send } = useSubmit("files.mount");
  const parsed = mountNameSchema.safeParse(name);
  const nameError = name !== "" && !parsed.success ? parsed.error.issues[0]?.message : null;
  const errorOf = (field: string): string | null => (refused?.field === field ? refused.message : null);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (!parsed.success || folder === "") return;
    const mounted = await send({ name: parsed.data, folder: folder.trim(), access });
    if (!mounted) return;
    onClose();
    goInto(`mounts/${mounted.name}`);
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title="Mount a folder"
      description="Agents then see it as mounts/<name>, under the same rules as every other file."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="primary"
            type="submit"
            form={formId}
            disabled={!parsed.success || folder.trim() === "" || work === "busy"}
          >
            Mount
          </Button>
        </>
      }
    >
      <form id={formId} className={styles.form} noValidate onSubmit={(event) => void submit(event)}>
        <Field
          label="Folder"
          hint="Its whole path on this machine, such as /home/ada/thesis."
          error={errorOf("folder")}
        >
          <TextInput className="mono" value={folder} onChange={(event) => setFolder(event.target.value)} />
        </Field>
        <Field
          label="Name"
          hint="Lower-case letters, digits and hyphens."
          error={nameError ?? errorOf("name")}
        >
          <TextInput className="mono" value={name} onChange={(event) => setName(event.target.value)} />
        </Field>
        <Field
          label="Agents may"
          hint={
            access === "read-write" ? "What they change there is changed in the folder itself." : undefined
          }
        >
          <Select value={access} choices={ACCESS} onChoose={setAccess} />
        </Field>
        {refused && refused.field !== "folder" && refused.field !== "name" && <ErrorNote error={refused} />}
      </form>
    </Dialog>
  );
}
