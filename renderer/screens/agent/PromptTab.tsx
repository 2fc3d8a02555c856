import { Copy, ScrollText } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import type { SyscallDetail } from "../../../shared/agent-detail.ts";
import type { PromptView } from "../../../shared/contract.ts";
import type { SyscallId } from "../../../shared/ids.ts";
import { Button } from "../../components/Button.tsx";
import { Empty, ErrorNote, Skeleton } from "../../components/Feedback.tsx";
import { Field } from "../../components/Field.tsx";
import { Select } from "../../components/inputs.tsx";
import { SplitBar } from "../../components/SplitBar.tsx";
import { formatCount, formatPercent, formatTime } from "../../format.ts";
import { useLoaded, useSystem } from "../../store.tsx";
import { PromptMessages } from "./PromptMessages.tsx";
import styles from "./PromptTab.module.css";
import { promptText, windowOf } from "./prompt-parts.ts";
import { lastTurn } from "./syscall-rows.ts";

/** The exact prompt of each model call. Follows the newest until another one is chosen. */
export function PromptTab({ calls }: { readonly calls: readonly SyscallDetail[] }) {
  const [chosen, setChosen] = useState<SyscallId | "newest">("newest");
  const models = calls.filter(({ call }) => call.kind === "llm");
  const call = models.find(({ id }) => id === chosen) ?? models.at(-1);
  if (!call) return <Empty icon={ScrollText}>It has not called a model yet.</Empty>;
  const choices = models
    .map((each, index) => ({
      value: each.id,
      label: `Call ${index + 1} · ${each.id} · ${formatTime(each.createdAt)} · ${each.state}`,
    }))
    .reverse();
  return (
    <div className={styles.tab}>
      <Field label="Model call" showLabel="unseen" className={styles.choice}>
        <Select size="small" value={call.id} choices={choices} onChoose={setChosen} />
      </Field>
      <LoadedPrompt key={call.id} call={call} />
    </div>
  );
}

function LoadedPrompt({ call }: { readonly call: SyscallDetail }) {
  const { loaded, reload } = useLoaded("syscalls.prompt", { syscallId: call.id });
  const model = call.result?.kind === "llm" ? call.result.model : null;
  const coreId = lastTurn(call)?.placement.coreId ?? null;
  const windowTokens = useSystem((system) => {
    const placed = coreId === null ? undefined : system.cores.get(coreId);
    return placed ? placed.capabilities.contextTokens : windowOf(model, system.cores.values());
  });
  switch (loaded.status) {
    case "loading":
      return <Skeleton lines={8} />;
    case "failed":
      return (
        <ErrorNote
          className={styles.error}
          error={loaded.error}
          actions={
            <Button size="small" onClick={reload}>
              Try again
            </Button>
          }
        />
      );
    case "ready":
      return (
        <Prompt prompt={loaded.output} model={loaded.output.model ?? model} windowTokens={windowTokens} />
      );
  }
}

interface PromptProps {
  readonly prompt: PromptView;
  readonly model: string | null;
  readonly windowTokens: number | null;
}

function Prompt({ prompt, model, windowTokens }: PromptProps) {
  const { system, tools, history } = prompt.tokens;
  const total = system + tools + history;
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(promptText(prompt));
      toast.success("Prompt copied as JSON");
    } catch {
      toast.error("The clipboard refused the prompt", {
        description: "Select the text and copy it by hand.",
      });
    }
  };
  return (
    <>
      <section className={styles.summary} aria-label="Tokens of the prompt">
        <p className={styles.total}>
          <strong className="figures">{formatCount(total)}</strong> tokens, estimated
          {windowTokens !== null && (
            <span className="soft figures">
              {" "}
              of {formatCount(windowTokens)} in the window ({formatPercent(total / windowTokens)})
            </span>
          )}
          <span className="soft"> for {model ?? "the default model"}</span>
        </p>
        <Button size="small" icon={Copy} onClick={() => void copy()}>
          Copy
        </Button>
        <div className={styles.bar}>
          <SplitBar
            parts={[
              { label: "System", value: system },
              { label: "Tools", value: tools },
              { label: "History", value: history },
            ]}
            whole={windowTokens}
            unit="tokens"
          />
        </div>
      </section>
      <PromptMessages prompt={prompt} />
    </>
  );
}
