import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { ruleText } from "../../../shared/access.ts";
import type { RuleOffer } from "../../../shared/permission.ts";
import { Button } from "../../components/Button.tsx";
import { Field } from "../../components/Field.tsx";
import { Select } from "../../components/inputs.tsx";
import { EXPIRY_CHOICES, type Expiry, expiresAt } from "../access/expiry.ts";
import { RulePreview } from "../access/RulePreview.tsx";
import styles from "./RuleChoice.module.css";
import type { AnswerGuard } from "./use-answer-guard.ts";
import { VisibleText } from "./VisibleText.tsx";

export interface RuleChoiceProps {
  readonly offers: readonly RuleOffer[];
  readonly guard: AnswerGuard;
  /** Requests that are allowed with it. */
  readonly count: number;
  /** `expiresAt` in ms of wall time; null for no end. */
  readonly onSave: (index: number, expiresAt: number | null) => void;
  readonly onClose: () => void;
}

/** The rules that the answer may leave behind, word for word as they are saved, and what each would have matched. */
export function RuleChoice({ offers, guard, count, onSave, onClose }: RuleChoiceProps) {
  const name = useId();
  const first = useRef<HTMLInputElement>(null);
  const [index, setIndex] = useState(0);
  const [expiry, setExpiry] = useState<Expiry>("never");
  // Set when it is chosen: what is shown is what is saved, to the minute.
  const [until, setUntil] = useState<number | null>(null);
  useEffect(() => first.current?.focus(), []);
  const choose = (next: Expiry): void => {
    setExpiry(next);
    setUntil(expiresAt(next, Date.now()));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    onClose();
  };
  const draft = offers[index]?.draft;
  const arming = guard.status === "arming" || undefined;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape closes it from every field inside
    <div className={styles.panel} onKeyDown={onKeyDown}>
      <fieldset>
        <legend className={styles.title}>Allow, and keep this rule from now on</legend>
        {offers.map((offer, each) => (
          <label key={offer.text} className={styles.offer}>
            <input
              ref={each === 0 ? first : undefined}
              type="radio"
              name={name}
              checked={each === index}
              onChange={() => setIndex(each)}
            />
            <span>
              <VisibleText text={ruleText({ ...offer.draft, expiresAt: until })} />
            </span>
          </label>
        ))}
      </fieldset>
      {draft && <RulePreview draft={{ ...draft, expiresAt: until }} />}
      <div className={styles.actions}>
        <Field label="It holds" className={styles.expiry}>
          <Select value={expiry} choices={EXPIRY_CHOICES} onChoose={choose} />
        </Field>
        <span className={styles.space} />
        <Button onClick={onClose}>Cancel</Button>
        <Button
          variant="primary"
          aria-disabled={arming}
          onClick={(event) => {
            if (guard.click(event) === "counts") onSave(index, until);
          }}
        >
          {count > 1 ? `Allow all ${count} and save the rule` : "Allow and save the rule"}
        </Button>
      </div>
    </div>
  );
}
