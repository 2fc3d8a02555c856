import { PlugZap } from "lucide-react";
import { useState } from "react";
import type { CoreTestResult } from "../../../shared/cores.ts";
import type { CoreId } from "../../../shared/ids.ts";
import { Button } from "../../components/Button.tsx";
import { ErrorNote } from "../../components/Feedback.tsx";
import { formatDuration } from "../../format.ts";
import { useRequest } from "../../store.tsx";
import styles from "./CoreCard.module.css";

/** Asks a core whether it answers, and shows the real reason if it does not. */
export function TestCore({ coreId }: { readonly coreId: CoreId }) {
  const request = useRequest();
  const [result, setResult] = useState<CoreTestResult | "none" | "testing">("none");
  const test = async (): Promise<void> => {
    setResult("testing");
    setResult((await request("cores.test", { coreId })) ?? "none");
  };
  return (
    <>
      <Button icon={PlugZap} disabled={result === "testing"} onClick={() => void test()}>
        {result === "testing" ? "Testing…" : "Test"}
      </Button>
      {typeof result === "object" &&
        (result.ok ? (
          <span className={styles.result} role="status">
            Answered in {formatDuration(result.latencyMs)}
          </span>
        ) : (
          <ErrorNote error={result.error} />
        ))}
    </>
  );
}
