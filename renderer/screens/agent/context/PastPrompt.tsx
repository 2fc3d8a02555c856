import { Copy } from "lucide-react";
import type { SyscallDetail } from "../../../../shared/agent-detail.ts";
import { CONTEXT_PARTS, type ContextPart } from "../../../../shared/context.ts";
import type { PromptView } from "../../../../shared/contract.ts";
import { Button } from "../../../components/Button.tsx";
import { SplitBar } from "../../../components/SplitBar.tsx";
import { WhenLoaded } from "../../../components/WhenLoaded.tsx";
import { formatCount, formatPercent } from "../../../format.ts";
import { CONTEXT_PART_WORDS } from "../../../labels.ts";
import { useLoaded, useSystem } from "../../../store.tsx";
import { PromptMessages } from "../PromptMessages.tsx";
import { promptText, windowOf } from "../prompt-parts.ts";
import { lastTurn } from "../syscall-rows.ts";
import { copyText } from "./copy-text.ts";
import styles from "./PastPrompt.module.css";

/** The exact prompt that a model call was sent. */
export function PastPrompt({ call }: { readonly call: SyscallDetail }) {
  const { loaded, reload } = useLoaded("syscalls.prompt", { syscallId: call.id });
  const model = call.result?.kind === "llm" ? call.result.model : null;
  const coreId = lastTurn(call)?.placement.coreId ?? null;
  const windowTokens = useSystem((system) => {
    const placed = coreId === null ? undefined : system.cores.get(coreId);
    return placed ? placed.capabilities.contextTokens : windowOf(model, system.cores.values());
  });
  return (
    <WhenLoaded loaded={loaded} reload={reload} lines={8} className={styles.error}>
      {(output) => <Prompt prompt={output} model={output.model ?? model} windowTokens={windowTokens} />}
    </WhenLoaded>
  );
}

/** A part looks as it does in the present context. */
const lookOf = (part: ContextPart): number => CONTEXT_PARTS.indexOf(part);

interface PromptProps {
  readonly prompt: PromptView;
  readonly model: string | null;
  readonly windowTokens: number | null;
}

function Prompt({ prompt, model, windowTokens }: PromptProps) {
  const { system, tools, history } = prompt.tokens;
  const total = system + tools + history;
  return (
    <div className={styles.prompt}>
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
        <Button size="small" icon={Copy} onClick={() => void copyText(promptText(prompt), "Prompt")}>
          Copy
        </Button>
        <div className={styles.bar}>
          <SplitBar
            parts={[
              { label: CONTEXT_PART_WORDS.system, value: system, look: lookOf("system") },
              { label: CONTEXT_PART_WORDS.tools, value: tools, look: lookOf("tools") },
              { label: CONTEXT_PART_WORDS.history, value: history, look: lookOf("history") },
            ]}
            whole={windowTokens}
            unit="tokens"
          />
        </div>
      </section>
      <PromptMessages prompt={prompt} />
    </div>
  );
}
