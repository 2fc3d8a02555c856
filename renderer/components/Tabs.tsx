import { Tabs as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { classes } from "./classes.ts";
import styles from "./Tabs.module.css";

export interface TabItem<Value extends string> {
  readonly value: Value;
  readonly label: string;
  /** A count or mark beside the label. */
  readonly mark?: ReactNode;
  readonly content: ReactNode;
}

export interface TabsProps<Value extends string> {
  /** Said by screen readers. */
  readonly label: string;
  readonly value: Value;
  readonly onChange: (value: Value) => void;
  readonly items: readonly TabItem<Value>[];
  readonly className?: string | undefined;
}

/** Views of one thing, one at a time. Only the shown one is mounted; it scrolls by itself. */
export function Tabs<Value extends string>({ label, value, onChange, items, className }: TabsProps<Value>) {
  const choose = (next: string): void => {
    const item = items.find((candidate) => candidate.value === next);
    if (item) onChange(item.value);
  };
  return (
    <Radix.Root value={value} onValueChange={choose} className={classes(styles.tabs, className)}>
      <Radix.List className={styles.list} aria-label={label}>
        {items.map((item) => (
          <Radix.Trigger key={item.value} value={item.value} className={styles.tab}>
            {item.label}
            {item.mark}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {items.map((item) => (
        <Radix.Content key={item.value} value={item.value} className={styles.panel}>
          {item.content}
        </Radix.Content>
      ))}
    </Radix.Root>
  );
}
