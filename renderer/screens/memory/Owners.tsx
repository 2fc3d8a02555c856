import { Bot, Layers, type LucideIcon, User, Users } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { MemoryOwner, MemoryOwnerView } from "../../../shared/memory.ts";
import { classes } from "../../components/classes.ts";
import { formatBytes, formatCount } from "../../format.ts";
import { routeHash } from "../../routes.ts";
import { BudgetForm } from "./BudgetForm.tsx";
import styles from "./Owners.module.css";
import { type OwnerGroup, type OwnerKind, type OwnerRow, sumOf } from "./owners.ts";
import { RamBar } from "./RamBar.tsx";

const ICONS: Readonly<Record<OwnerKind, LucideIcon>> = { person: User, agent: Bot, group: Users };

export interface OwnersProps {
  readonly groups: readonly OwnerGroup[];
  readonly memories: readonly MemoryOwnerView[];
  /** null: everybody. */
  readonly current: MemoryOwner | null;
  /** Under the list, always in sight. */
  readonly children: ReactNode;
}

/** Whose memories there are, with what each holds in RAM and on disk. */
export function Owners({ groups, memories, current, children }: OwnersProps) {
  return (
    <nav className={styles.owners} aria-label="Owners">
      <div className={styles.scroll}>
        <ul>
          <li className={classes(styles.owner, current === null && styles.current)}>
            <OwnerLink
              owner={null}
              icon={Layers}
              label="Everybody"
              items={sumOf(memories).usage.items}
              current={current === null ? "yes" : "no"}
            />
            <Facts label="Everybody" view={sumOf(memories)} />
          </li>
        </ul>
        {groups.map(({ title, rows }) => (
          <section key={title} aria-label={title}>
            {title !== "You" && <h2 className={styles.heading}>{title}</h2>}
            <ul>
              {rows.map((row) => (
                <Owner key={row.owner} row={row} current={current === row.owner ? "yes" : "no"} />
              ))}
            </ul>
          </section>
        ))}
      </div>
      {children}
    </nav>
  );
}

function Owner({ row, current }: { readonly row: OwnerRow; readonly current: "yes" | "no" }) {
  const [budget, setBudget] = useState<"shown" | "edited">("shown");
  const isQuiet = row.usage.items === 0 && row.evictions === 0 && current === "no";
  return (
    <li className={classes(styles.owner, current === "yes" && styles.current)}>
      <OwnerLink
        owner={row.owner}
        icon={ICONS[row.kind]}
        label={row.label}
        items={row.usage.items}
        current={current}
      />
      {budget === "edited" ? (
        <BudgetForm
          owner={row.owner}
          label={row.label}
          bytes={row.usage.budgetBytes}
          onClose={() => setBudget("shown")}
        />
      ) : (
        !isQuiet && <Facts label={row.label} view={row} onBudget={() => setBudget("edited")} />
      )}
    </li>
  );
}

interface OwnerLinkProps {
  readonly owner: MemoryOwner | null;
  readonly icon: LucideIcon;
  readonly label: string;
  readonly items: number;
  readonly current: "yes" | "no";
}

function OwnerLink({ owner, icon: Icon, label, items, current }: OwnerLinkProps) {
  return (
    <a
      className={styles.link}
      href={routeHash({ screen: "memory", shown: { owner } })}
      aria-current={current === "yes" ? "page" : undefined}
    >
      <Icon size={14} aria-hidden />
      <span className={styles.label} title={label}>
        {label}
      </span>
      <span className={styles.count}>
        {formatCount(items)}
        <span className="unseen"> {items === 1 ? "item" : "items"}</span>
      </span>
    </a>
  );
}

interface FactsProps {
  readonly label: string;
  readonly view: Pick<MemoryOwnerView, "usage" | "evictions" | "evictedBytes">;
  /** Absent for a sum. */
  readonly onBudget?: () => void;
}

function Facts({ label, view: { usage, evictions, evictedBytes }, onBudget }: FactsProps) {
  return (
    <div className={styles.facts}>
      <RamBar label={label} usage={usage} />
      <p className={styles.line}>
        <span>
          RAM {formatBytes(usage.ramBytes)}
          <span className="faint"> of </span>
          {!onBudget && formatBytes(usage.budgetBytes)}
        </span>
        {onBudget && (
          <button
            type="button"
            className={styles.budget}
            aria-label={`Change the budget of ${label}, ${formatBytes(usage.budgetBytes)}`}
            title="Change the budget"
            onClick={onBudget}
          >
            {formatBytes(usage.budgetBytes)}
          </button>
        )}
      </p>
      <p className={styles.line}>
        <span>Disk {formatBytes(usage.bytes)}</span>
        <span className={styles.evictions} title={`${formatBytes(evictedBytes)} left RAM`}>
          {formatCount(evictions)} evicted
        </span>
      </p>
    </div>
  );
}
