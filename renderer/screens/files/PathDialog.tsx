import { type FormEvent, useId, useState } from "react";
import { Button } from "../../components/Button.tsx";
import { Dialog } from "../../components/Dialog.tsx";
import { Field } from "../../components/Field.tsx";
import { TextInput } from "../../components/inputs.tsx";
import { type FilesDialog, useFilesScreen } from "./files-context.tsx";
import { copyName, joined, nameOf, parentOf, ROOT } from "./paths.ts";
import { useFileActions } from "./use-file-actions.ts";
import { useSubmit } from "./use-submit.ts";

type PathDialogOf = Extract<FilesDialog, { readonly type: "new-file" | "new-folder" | "move" | "copy" }>;

const WORDS: Readonly<Record<PathDialogOf["type"], { readonly title: string; readonly button: string }>> = {
  "new-file": { title: "New file", button: "Make the file" },
  "new-folder": { title: "New folder", button: "Make the folder" },
  move: { title: "Rename or move", button: "Move" },
  copy: { title: "Copy", button: "Copy" },
};

/** Where the field starts: a folder to add a name to, or the path that is there. */
function firstPath(dialog: PathDialogOf, access: "read-write" | "read-only"): string {
  switch (dialog.type) {
    case "new-file":
    case "new-folder":
      return dialog.folder === ROOT ? "" : `${dialog.folder}/`;
    case "move":
      return dialog.path;
    case "copy":
      // Beside it, or in the workspace where nothing can be put beside it.
      return access === "read-only"
        ? nameOf(dialog.path)
        : joined(parentOf(dialog.path), copyName(nameOf(dialog.path), new Set()));
  }
}

export interface PathDialogProps {
  readonly dialog: PathDialogOf;
  readonly onClose: () => void;
}

/** Asks for one path: of what is made, or to where something goes. */
export function PathDialog({ dialog, onClose }: PathDialogProps) {
  const { choose, reload, access } = useFilesScreen();
  const actions = useFileActions();
  const formId = useId();
  const [path, setPath] = useState(() => firstPath(dialog, access));
  const write = useSubmit("files.write");
  const makeFolder = useSubmit("files.makeFolder");
  const refused = write.refused ?? makeFolder.refused;
  const target = path.trim().replace(/\/+$/, "");
  const isReady = target !== "" && target !== firstPath(dialog, access).replace(/\/+$/, "");
  const run = async (): Promise<"done" | "failed"> => {
    switch (dialog.type) {
      case "new-file":
        return done(await write.send({ path: target, content: "", expected: "absent" }));
      case "new-folder":
        return done(await makeFolder.send({ path: target }));
      case "move":
        return actions.move(dialog.path, target);
      case "copy":
        return actions.copy(dialog.path, target);
    }
  };
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if ((!isReady && dialog.type !== "copy") || target === "" || (await run()) === "failed") return;
    reload();
    onClose();
    choose(target);
  };
  const { title, button } = WORDS[dialog.type];
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={title}
      width="narrow"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="primary"
            type="submit"
            form={formId}
            disabled={dialog.type === "copy" ? target === "" : !isReady}
          >
            {button}
          </Button>
        </>
      }
    >
      <form id={formId} noValidate onSubmit={(event) => void submit(event)}>
        <Field
          label="Path"
          hint="From the top of the whole tree, folders parted by a slash."
          error={refused && [refused.message, refused.hint].filter(Boolean).join(". ")}
        >
          <TextInput
            className="mono"
            value={path}
            maxLength={1_000}
            onFocus={(event) => selectName(event.currentTarget)}
            onChange={(event) => {
              setPath(event.target.value);
              write.clear();
              makeFolder.clear();
            }}
          />
        </Field>
      </form>
    </Dialog>
  );
}

/** The name without its folder and ending is what is changed most. */
function selectName(input: HTMLInputElement): void {
  const start = input.value.lastIndexOf("/") + 1;
  const dot = input.value.lastIndexOf(".");
  input.setSelectionRange(start, dot > start ? dot : input.value.length);
}

const done = (output: object | null): "done" | "failed" => (output === null ? "failed" : "done");
