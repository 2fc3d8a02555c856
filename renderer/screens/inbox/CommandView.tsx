import { Shield, ShieldOff } from "lucide-react";
import type { Preview } from "../../../shared/permission.ts";
import { classes } from "../../components/classes.ts";
import styles from "./CommandView.module.css";
import { TextBlock } from "./TextBlock.tsx";

export type CommandPreview = Extract<Preview, { readonly type: "command" }>;

/** A command letter by letter, and what confines it, or why nothing does. */
export function CommandView({ preview }: { readonly preview: CommandPreview }) {
  const { command, confinement, unconfined } = preview;
  const isConfined = confinement !== null;
  return (
    <figure className={styles.view} aria-label="Command">
      <TextBlock text={command} />
      <figcaption className={classes(styles.caption, !isConfined && styles.loose)}>
        {isConfined ? <Shield size={14} aria-hidden /> : <ShieldOff size={14} aria-hidden />}
        <span>
          {isConfined ? (
            <>Confined: {confinement}</>
          ) : (
            <>
              <strong>Nothing confines it.</strong> {unconfined}
            </>
          )}
        </span>
      </figcaption>
    </figure>
  );
}
