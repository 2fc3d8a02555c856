import { X } from "lucide-react";
import { AlertDialog as RadixAlert, Dialog as RadixDialog } from "radix-ui";
import { type ReactNode, useRef } from "react";
import { Button } from "./Button.tsx";
import { classes } from "./classes.ts";
import styles from "./Dialog.module.css";

export interface DialogProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly title: string;
  readonly description?: ReactNode;
  readonly width?: "narrow" | "regular" | "wide";
  /** Buttons, right-aligned under the body. */
  readonly footer?: ReactNode;
  readonly children: ReactNode;
}

/** A window over the page. Esc and a click outside close it; focus returns to where it was. */
export function Dialog(props: DialogProps) {
  const { open, onOpenChange, title, description, width = "regular", footer, children } = props;
  const opener = useRef<Element | null>(null);
  return (
    <RadixDialog.Root open={open} onOpenChange={onOpenChange}>
      <RadixDialog.Portal>
        <RadixDialog.Overlay className={styles.backdrop} />
        <RadixDialog.Content
          className={classes(styles.dialog, width !== "regular" && styles[width])}
          onOpenAutoFocus={() => {
            opener.current = document.activeElement;
          }}
          onCloseAutoFocus={(event) => {
            // Radix gives the focus back to a trigger alone, and this dialog may be opened by a key.
            if (!(opener.current instanceof HTMLElement) || !opener.current.isConnected) return;
            event.preventDefault();
            opener.current.focus();
          }}
          {...(description ? {} : { "aria-describedby": undefined })}
        >
          <header className={styles.head}>
            <div>
              <RadixDialog.Title asChild>
                <h2>{title}</h2>
              </RadixDialog.Title>
              {description && (
                <RadixDialog.Description className={styles.description}>
                  {description}
                </RadixDialog.Description>
              )}
            </div>
          </header>
          <div className={styles.body}>{children}</div>
          {footer && <footer className={styles.footer}>{footer}</footer>}
          {/* Last, so that the focus starts on the first field. */}
          <RadixDialog.Close className={styles.close} aria-label="Close">
            <X size={14} aria-hidden />
          </RadixDialog.Close>
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  );
}

export interface ConfirmDialogProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly title: string;
  /** What will happen, and what cannot be taken back. */
  readonly description: ReactNode;
  /** The verb on the button, such as "Kill a7". */
  readonly confirm: string;
  readonly tone?: "danger" | "primary";
  readonly onConfirm: () => void;
}

/** Asks before something that cannot be taken back. The focus starts on Cancel. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { open, onOpenChange, title, description, confirm, tone = "danger", onConfirm } = props;
  return (
    <RadixAlert.Root open={open} onOpenChange={onOpenChange}>
      <RadixAlert.Portal>
        <RadixAlert.Overlay className={styles.backdrop} />
        <RadixAlert.Content className={classes(styles.dialog, styles.narrow)}>
          <header className={styles.head}>
            <RadixAlert.Title asChild>
              <h2>{title}</h2>
            </RadixAlert.Title>
          </header>
          <RadixAlert.Description asChild>
            <div className={styles.body}>{description}</div>
          </RadixAlert.Description>
          <footer className={styles.footer}>
            <RadixAlert.Cancel asChild>
              <Button>Cancel</Button>
            </RadixAlert.Cancel>
            <RadixAlert.Action asChild>
              <Button variant={tone} onClick={onConfirm}>
                {confirm}
              </Button>
            </RadixAlert.Action>
          </footer>
        </RadixAlert.Content>
      </RadixAlert.Portal>
    </RadixAlert.Root>
  );
}
