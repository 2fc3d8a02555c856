import type { LucideIcon } from "lucide-react";
import type { ButtonHTMLAttributes, Ref } from "react";
import styles from "./Button.module.css";
import { classes } from "./classes.ts";
import { Tooltip } from "./Tooltip.tsx";

export type ButtonVariant = "plain" | "primary" | "danger" | "quiet";
export type ButtonSize = "regular" | "small";

interface Look {
  readonly variant?: ButtonVariant;
  readonly size?: ButtonSize;
  readonly ref?: Ref<HTMLButtonElement>;
}

export interface ButtonProps extends Look, ButtonHTMLAttributes<HTMLButtonElement> {
  readonly icon?: LucideIcon;
}

/** A button with words. Never submits a form unless `type="submit"`. */
export function Button({
  variant = "plain",
  size = "regular",
  icon: Icon,
  className,
  children,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={classes(
        styles.button,
        variant !== "plain" && styles[variant],
        size === "small" && styles.small,
        className,
      )}
    >
      {Icon && <Icon size={14} aria-hidden />}
      {children}
    </button>
  );
}

export interface IconButtonProps extends Look, Omit<ButtonHTMLAttributes<HTMLButtonElement>, "children"> {
  readonly icon: LucideIcon;
  /** Said by screen readers and shown as the tooltip. */
  readonly label: string;
  /** Keys that do the same, shown in the tooltip. */
  readonly keys?: string;
}

/** A button with a picture; its label is the tooltip. */
export function IconButton({
  variant = "quiet",
  size = "regular",
  icon: Icon,
  label,
  keys,
  className,
  ...rest
}: IconButtonProps) {
  return (
    <Tooltip content={label} keys={keys}>
      <button
        type="button"
        aria-label={label}
        {...rest}
        className={classes(
          styles.button,
          styles.square,
          variant !== "plain" && styles[variant],
          size === "small" && styles.small,
          className,
        )}
      >
        <Icon size={size === "small" ? 14 : 16} aria-hidden />
      </button>
    </Tooltip>
  );
}
