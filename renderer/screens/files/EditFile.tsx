import { type KeyboardEvent, useId, useState } from "react";
import { type KernelErrorData, toErrorData } from "../../../shared/errors.ts";
import type { FileVersion } from "../../../shared/files.ts";
import { Button } from "../../components/Button.tsx";
import { ErrorNote } from "../../components/Feedback.tsx";
import { useTransport } from "../../store.tsx";
import { DiffView } from "../inbox/DiffView.tsx";
import styles from "./EditFile.module.css";
import { conflictOf, type Draft, isChanged } from "./edit-state.ts";
import { nameOf } from "./paths.ts";
import { authorText, changeText } from "./words.ts";

export interface EditFileProps {
  readonly path: string;
  /** The newest version that is known, as it comes. */
  readonly newest: FileVersion | null;
  /** What the file holds now. */
  readonly content: string;
  readonly onClose: () => void;
  readonly onSaved: () => void;
}

/** A text to be edited in place. Saving makes a version; what others write meanwhile is shown and never lost. */
export function EditFile({ path, newest, content, onClose, onSaved }: EditFileProps) {
  const transport = useTransport();
  const fieldId = useId();
  const [draft, setDraft] = useState<Draft>(() => ({
    text: content,
    base: { text: content, version: newest },
  }));
  const [work, setWork] = useState<"idle" | "saving">("idle");
  const [refused, setRefused] = useState<KernelErrorData | null>(null);
  const [look, setLook] = useState<"text" | "difference">("text");
  const conflict = conflictOf(draft, newest);
  const save = async (): Promise<void> => {
    if (work === "saving") return;
    setWork("saving");
    setRefused(null);
    try {
      const { version } = draft.base;
      await transport.request("files.write", {
        path,
        content: draft.text,
        ...(version && version.hash !== null ? { expected: version.id } : {}),
      });
      onSaved();
    } catch (thrown) {
      setRefused(toErrorData(thrown));
      setWork("idle");
    }
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
      event.preventDefault();
      if (isChanged(draft) && !conflict) void save();
    }
  };
  /** What is there now counts as seen; the person's text stays. */
  const takeAsSeen = (text: string): void => {
    setDraft({ text, base: { text: content, version: newest } });
    setRefused(null);
    setLook("text");
  };
  return (
    <section className={styles.edit} aria-label={`Edit ${nameOf(path)}`}>
      {conflict && (
        <div className={styles.conflict} role="alert">
          <p>
            {conflict.author.type === "person" ? "You, elsewhere," : authorText(conflict.author)} changed this
            file while you edited it: {conflict.id}, {changeText(conflict.change)}.
          </p>
          <div className={styles.buttons}>
            <Button size="small" onClick={() => setLook(look === "text" ? "difference" : "text")}>
              {look === "text" ? "Compare with yours" : "Back to your text"}
            </Button>
            <Button size="small" onClick={() => takeAsSeen(content)}>
              Take theirs
            </Button>
            <Button size="small" onClick={() => takeAsSeen(draft.text)}>
              Keep mine
            </Button>
          </div>
        </div>
      )}
      {refused && <ErrorNote className={styles.note} error={refused} />}
      <label className="unseen" htmlFor={fieldId}>
        Text of {nameOf(path)}
      </label>
      {look === "difference" && conflict ? (
        <div className={styles.difference}>
          <DiffView
            change={{ type: "file-change", path, before: content, after: draft.text, cut: "whole" }}
          />
        </div>
      ) : (
        <textarea
          id={fieldId}
          // biome-ignore lint/a11y/noAutofocus: the person has just asked to edit
          autoFocus
          spellCheck={false}
          className={styles.text}
          value={draft.text}
          onChange={(event) => setDraft({ ...draft, text: event.target.value })}
          onKeyDown={onKeyDown}
        />
      )}
      <footer className={styles.foot}>
        <span className="soft">Saving makes a new version.</span>
        <Button size="small" onClick={onClose}>
          {isChanged(draft) ? "Discard" : "Close"}
        </Button>
        <Button
          size="small"
          variant="primary"
          aria-keyshortcuts="Control+S"
          disabled={!isChanged(draft) || conflict !== null || work === "saving"}
          onClick={() => void save()}
        >
          Save
        </Button>
      </footer>
    </section>
  );
}
