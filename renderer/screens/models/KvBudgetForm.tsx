import { useEffect, useRef, useState } from "react";
import type { CoreInfo } from "../../../shared/cores.ts";
import type { LocalModelView } from "../../../shared/local-models.ts";
import { Button } from "../../components/Button.tsx";
import { useLoaded, useRequest } from "../../store.tsx";
import { ByteInput } from "./ByteInput.tsx";
import { amountOf, type ByteAmount, bytesOf, fitText } from "./byte-amount.ts";
import styles from "./KvMemory.module.css";

export interface KvBudgetFormProps {
  readonly core: CoreInfo;
  readonly local: LocalModelView;
  readonly onClose: () => void;
}

const NO_AMOUNT = "Expected an amount, such as 512";

/** How much state a model may keep. What is over a smaller budget is let go of at once. */
export function KvBudgetForm({ core, local, onClose }: KvBudgetFormProps) {
  const request = useRequest();
  const { loaded } = useLoaded("models.inspect", { file: local.file });
  const [ram, setRam] = useState<ByteAmount>(() => amountOf(local.kv.ramBudget));
  const [disk, setDisk] = useState<ByteAmount>(() => amountOf(local.kv.diskBudget));
  const [work, setWork] = useState<"idle" | "saving">("idle");
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => first.current?.select(), []);
  const ramBytes = bytesOf(ram);
  const diskBytes = bytesOf(disk);
  const perToken = loaded.status === "ready" ? loaded.output.kvBytesPerToken : 0;
  const each = perToken * (core.capabilities.contextTokens ?? 0);
  const hint = (bytes: number | null): string => {
    const text = fitText(bytes, each);
    return text === "" ? "" : `Holds ${text}.`;
  };
  const save = async (): Promise<void> => {
    if (ramBytes === null || diskBytes === null) return;
    setWork("saving");
    const input = { coreId: core.id, kvRamBytes: ramBytes, kvDiskBytes: diskBytes };
    if (await request("cores.setKvBudget", input)) onClose();
    else setWork("idle");
  };
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
      onKeyDown={(event) => {
        if (event.key === "Escape") onClose();
      }}
    >
      <div className={styles.fields}>
        <ByteInput
          ref={first}
          label="In memory"
          value={ram}
          onChange={setRam}
          error={ramBytes === null ? NO_AMOUNT : null}
          hint={hint(ramBytes)}
        />
        <ByteInput
          label="On disk"
          value={disk}
          onChange={setDisk}
          error={diskBytes === null ? NO_AMOUNT : null}
          hint={hint(diskBytes)}
        />
      </div>
      <div className={styles.actions}>
        <Button size="small" onClick={onClose}>
          Cancel
        </Button>
        <Button
          size="small"
          type="submit"
          variant="primary"
          disabled={ramBytes === null || diskBytes === null || work === "saving"}
        >
          {work === "saving" ? "Saving…" : "Save"}
        </Button>
      </div>
    </form>
  );
}
