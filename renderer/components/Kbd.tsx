import styles from "./Kbd.module.css";

const apple = typeof navigator !== "undefined" && /mac|iphone|ipad/i.test(navigator.userAgent);

const named = (key: string): string => (key === "Mod" ? (apple ? "⌘" : "Ctrl") : key);

/** `Mod+K` split; a lone `+` is itself. */
const split = (keys: string): readonly string[] => keys.split(/(?<=.)\+/);

/** Keys as plain text: `Ctrl K`. */
export const keyText = (keys: string): string => split(keys).map(named).join(" ");

/** Keys as the person's keyboard names them. `Mod` is ⌘ on Apple machines and Ctrl elsewhere; joined by `+`. */
export function Kbd({ keys }: { readonly keys: string }) {
  return (
    <span className={styles.keys}>
      {split(keys).map((key) => (
        <kbd key={key} className={styles.key}>
          {named(key)}
        </kbd>
      ))}
    </span>
  );
}
