import type { LucideIcon } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import type { ReactElement } from "react";
import { classes } from "./classes.ts";
import { Kbd } from "./Kbd.tsx";
import styles from "./Menu.module.css";

export type MenuEntry =
  | {
      readonly type: "item";
      readonly label: string;
      readonly icon?: LucideIcon;
      readonly keys?: string;
      readonly tone?: "plain" | "danger";
      readonly availability?: "enabled" | "disabled";
      readonly onSelect: () => void;
    }
  | { readonly type: "separator"; readonly id: string };

export interface MenuProps {
  readonly entries: readonly MenuEntry[];
  readonly align?: "start" | "end";
  /** The button that opens it. */
  readonly children: ReactElement;
}

/** A list of actions under a button. */
export function Menu({ entries, align = "end", children }: MenuProps) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{children}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className={styles.menu} align={align} sideOffset={4} collisionPadding={8}>
          {entries.map((entry) =>
            entry.type === "separator" ? (
              <DropdownMenu.Separator key={entry.id} className={styles.separator} />
            ) : (
              <DropdownMenu.Item
                key={entry.label}
                className={classes(styles.item, entry.tone === "danger" && styles.danger)}
                disabled={entry.availability === "disabled"}
                onSelect={entry.onSelect}
              >
                {entry.icon && <entry.icon size={14} aria-hidden />}
                <span className={styles.label}>{entry.label}</span>
                {entry.keys && <Kbd keys={entry.keys} />}
              </DropdownMenu.Item>
            ),
          )}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
