import { EyeOff } from "lucide-react";
import { useState } from "react";
import type { Effect } from "../../../shared/permission.ts";
import { Button } from "../../components/Button.tsx";
import { formatCount } from "../../format.ts";
import { effectText, reversibleText } from "../agent/permission-text.ts";
import styles from "./ApprovalRequest.module.css";
import { VisibleText } from "./VisibleText.tsx";

/** Effects drawn before the rest is asked for. What nobody can foresee is always drawn. */
const FIRST_EFFECTS = 40;

/** What a call does to the world, as far as the kernel knows. */
export function Effects({ effects }: { readonly effects: readonly Effect[] }) {
  const [shown, setShown] = useState<"first" | "all">("first");
  if (effects.length === 0) return <p className="soft">None that the kernel knows of.</p>;
  const drawn =
    shown === "all"
      ? effects
      : effects.filter(({ opaque }, index) => index < FIRST_EFFECTS || opaque !== undefined);
  const left = effects.length - drawn.length;
  return (
    <>
      <ul className={styles.effects}>
        {drawn.map((effect) => (
          <EffectLine key={`${effect.type} ${effect.target}`} effect={effect} />
        ))}
      </ul>
      {left > 0 && (
        <Button size="small" onClick={() => setShown("all")}>
          Show the other {formatCount(left)} effects
        </Button>
      )}
    </>
  );
}

function EffectLine({ effect }: { readonly effect: Effect }) {
  return (
    <li>
      <span className={styles.effect}>{effect.type}</span>
      <code title={effectText(effect)}>
        <VisibleText text={effect.target} />
      </code>
      <span className={effect.reversible === "yes" ? styles.reversible : styles.irreversible}>
        {reversibleText(effect)}
      </span>
      {effect.opaque !== undefined && (
        <p className={styles.opaque}>
          <EyeOff size={14} aria-hidden />
          <span>
            <strong>Nobody can foresee what this does:</strong> <VisibleText text={effect.opaque} />
          </span>
        </p>
      )}
    </li>
  );
}
