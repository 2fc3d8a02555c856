import type { ReactNode } from "react";
import type { PromptView } from "../../../shared/contract.ts";
import type { Message, ToolSpecification } from "../../../shared/messages.ts";
import { Button } from "../../components/Button.tsx";
import { formatCount } from "../../format.ts";
import { TextBlock } from "../inbox/TextBlock.tsx";
import { useFold } from "./folds.tsx";
import styles from "./PromptMessages.module.css";
import { type PromptMessage, promptParts } from "./prompt-parts.ts";

/** The parts of a prompt, each message word for word. */
export function PromptMessages({ prompt }: { readonly prompt: PromptView }) {
  const parts = promptParts(prompt);
  return (
    <>
      <Part title="System" tokens={prompt.tokens.system}>
        {parts.system.map((entry) => (
          <Entry key={entry.position} entry={entry} />
        ))}
      </Part>
      <Part title="Tools" tokens={prompt.tokens.tools}>
        {parts.tools.map(({ tool, tokens }) => (
          <ToolEntry key={tool.name} tool={tool} tokens={tokens} />
        ))}
      </Part>
      <Part title="History" tokens={prompt.tokens.history}>
        {parts.history.map((entry) => (
          <Entry key={entry.position} entry={entry} />
        ))}
      </Part>
    </>
  );
}

interface PartProps {
  readonly title: string;
  readonly tokens: number;
  readonly children: readonly ReactNode[];
}

/** A part of a prompt under its heading. */
export function Part({ title, tokens, children }: PartProps) {
  return (
    <section className={styles.part}>
      <h2>
        {title} <Tokens of={tokens} />
      </h2>
      {children.length === 0 ? <p className="soft">None</p> : children}
    </section>
  );
}

const Tokens = ({ of }: { readonly of: number }) => (
  <span className={styles.tokens}>
    {formatCount(of)} {of === 1 ? "token" : "tokens"}
  </span>
);

interface EntryProps {
  readonly entry: PromptMessage;
  /** Beside the role: what was made of the message. */
  readonly mark?: ReactNode;
}

/** One message word for word, with what the model asked for. */
export function Entry({ entry: { message, position, tokens }, mark }: EntryProps) {
  return (
    <div className={styles.entry}>
      <div className={styles.head}>
        <span className={styles.position}>{position}</span>
        <span className={styles.role}>{roleText(message)}</span>
        {mark && <span className={styles.mark}>{mark}</span>}
        <Tokens of={tokens} />
      </div>
      {message.content !== "" && <TextBlock text={message.content} />}
      {message.role === "assistant" &&
        message.toolCalls.map((call) => <TextBlock key={call.id} text={JSON.stringify(call, null, 2)} />)}
    </div>
  );
}

/** Who says a message, and for a result of which call. */
export function roleText(message: Message): string {
  switch (message.role) {
    case "user":
      if (message.part === "memory") return "user (from memory)";
      return message.from ? `user (from ${message.from})` : "user";
    case "tool":
      return `tool ${message.name} (${message.toolCallId}), ${message.outcome}`;
    default:
      return message.role;
  }
}

interface ToolEntryProps {
  readonly tool: ToolSpecification;
  readonly tokens: number;
}

/** A tool on offer, folded to its name. */
export function ToolEntry({ tool, tokens }: ToolEntryProps) {
  const [fold, toggle] = useFold(`tool ${tool.name}`, "folded");
  return (
    <div className={styles.entry}>
      <p className={styles.head}>
        <Button
          size="small"
          variant="quiet"
          className={styles.toggle}
          aria-expanded={fold === "open"}
          onClick={toggle}
        >
          {fold === "open" ? "▾" : "▸"} <code>{tool.name}</code>
        </Button>
        <span className={styles.description}>{tool.description}</span>
        <Tokens of={tokens} />
      </p>
      {fold === "open" && <TextBlock text={JSON.stringify(tool, null, 2)} />}
    </div>
  );
}
