import type { ContextPart, TokenSource } from "../shared/context.ts";
import type { CoreSource } from "../shared/cores.ts";
import type { PermissionMode } from "../shared/permission.ts";
import type { PolicyName } from "../shared/settings.ts";
import type { QueueName } from "../shared/syscall.ts";

/** The words that the screens share for what the kernel names. */
export const POLICY_WORDS: Record<PolicyName, string> = {
  fifo: "FIFO",
  "round-robin": "Round-robin",
  priority: "Priority with aging",
};

export const MODE_WORDS: Record<PermissionMode, string> = {
  ask: "Ask",
  "ask-on-risk": "Ask on risk",
  "run-freely": "Run freely",
};

export const QUEUE_WORDS: Record<QueueName, string> = {
  llm: "LLM",
  memory: "Memory",
  storage: "Storage",
  tool: "Tool",
};

export const SOURCE_WORDS: Record<CoreSource, string> = {
  "built-in": "Built in",
  found: "Found",
  environment: "Environment",
  added: "Added",
};

export const CONTEXT_PART_WORDS: Record<ContextPart, string> = {
  system: "System",
  tools: "Tools",
  memory: "Memory",
  history: "History",
  partial: "Partial output",
};

export const TOKEN_SOURCE_WORDS: Record<TokenSource, string> = {
  tokenizer: "the model's own tokenizer",
  library: "a library of tokenizers",
  estimate: "an estimate, four characters a token",
};
