import styles from "./Kbd.module.css";

const apple = typeof navigator !== "undefined" && /mac|iphone|ipad/i.test(navigator.userAgent);

/** Keys as the person's keyboard names them. `Mod` is ⌘ on Apple machines and Ctrl elsewhere; joined by `+`. */
export function Kbd({ keys }: { readonly keys: string }) {
  return (
    <span className={styles.keys}>
      {keys.split(/(?<=.)\+/).map((key) => (
        <kbd key={key} className={styles.key}>
          {key === "Mod" ? (apple ? "⌘" : "Ctrl") : key}
        </kbd>
      ))}
    </span>
  );
}
