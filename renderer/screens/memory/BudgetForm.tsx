import { useEffect, useRef, useState } from "react";
import type { MemoryOwner } from "../../../shared/memory.ts";
import { Button } from "../../components/Button.tsx";
import { Field } from "../../components/Field.tsx";
import { Select, TextInput } from "../../components/inputs.tsx";
import { formatBytes } from "../../format.ts";
import { useSystem } from "../../store.tsx";
import { useSubmit } from "../files/use-submit.ts";
import { AMOUNT_EXPECTED, BUDGET_UNITS, budgetAmount, budgetBytes } from "./budget-amount.ts";
import styles from "./Owners.module.css";

export interface BudgetFormProps {
  readonly owner: MemoryOwner;
  readonly label: string;
  /** As it is. */
  readonly bytes: number;
  readonly onClose: () => void;
}

/** How much RAM a memory may take: an amount of its own, or the one of Settings. What is too much leaves at once. */
export function BudgetForm({ owner, label, bytes, onClose }: BudgetFormProps) {
  const { send, work, refused } = useSubmit("memory.setBudget");
  const standard = useSystem((system) => system.settings.memoryRamBytes);
  const isOwn = useSystem((system) => system.settings.memoryBudgets[owner] !== undefined);
  const [amount, setAmount] = useState(() => budgetAmount(bytes));
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.select(), []);
  const typed = budgetBytes(amount);
  const save = async (next: number | null): Promise<void> => {
    if (await send({ owner, bytes: next })) onClose();
  };
  return (
    <form
      className={styles.form}
      aria-label={`Budget of ${label}`}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (typed !== null) void save(typed);
      }}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        onClose();
      }}
    >
      <Field
        label={`Budget of ${label}`}
        showLabel="unseen"
        error={typed === null ? AMOUNT_EXPECTED : refused?.message}
      >
        <div className={styles.fields}>
          <TextInput
            ref={input}
            size="small"
            inputMode="decimal"
            className={styles.amount}
            value={amount.amount}
            onChange={(event) => setAmount({ ...amount, amount: event.target.value })}
          />
          <Select
            size="small"
            id={undefined}
            aria-describedby={undefined}
            aria-label="Unit"
            value={amount.unit}
            choices={BUDGET_UNITS.map((unit) => ({ value: unit, label: unit }))}
            onChoose={(unit) => setAmount({ ...amount, unit })}
          />
        </div>
      </Field>
      <div className={styles.buttons}>
        <Button size="small" type="submit" variant="primary" disabled={typed === null || work === "busy"}>
          Set
        </Button>
        <Button size="small" onClick={onClose}>
          Cancel
        </Button>
        {isOwn && (
          <Button
            size="small"
            variant="quiet"
            title={`The one of Settings: ${formatBytes(standard)}`}
            disabled={work === "busy"}
            onClick={() => void save(null)}
          >
            Standard
          </Button>
        )}
      </div>
    </form>
  );
}
