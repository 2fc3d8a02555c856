import { Layers } from "lucide-react";
import type { Approval } from "../../../shared/permission.ts";
import styles from "./SameCalls.module.css";

/** Calls named before they are only counted. */
const FIRST_NAMED = 12;

/** Which identical calls one answer is for. */
export function SameCalls({ same }: { readonly same: readonly Approval[] }) {
  const named = same.slice(0, FIRST_NAMED).map(({ syscallId, agentId }) => `${syscallId} of ${agentId}`);
  const rest = same.length - named.length;
  return (
    <p className={styles.same}>
      <Layers size={14} aria-hidden />
      <span>
        <strong>{same.length} identical calls, one answer:</strong>{" "}
        <span className="mono soft">{named.join(", ")}</span>
        {rest > 0 && <span className="soft"> and {rest} more</span>}
      </span>
    </p>
  );
}
