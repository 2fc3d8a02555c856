/** What a child agent came to. */
export interface ChildAnswer {
  readonly status: "done" | "failed";
  readonly text: string;
}

/** The id in "Started a7 (maths-tutor)"; null when there is none. */
export const startedAgent = (text: string): string | null => /\b(a\d+)\b/.exec(text)?.[1] ?? null;

/**
 * The answers in a result of join_agents. A block begins with the id of an agent that was waited for, so that an
 * answer of many paragraphs stays whole.
 */
export function childAnswers(text: string, ids: readonly string[]): ReadonlyMap<string, ChildAnswer> {
  const answers = new Map<string, ChildAnswer>();
  if (ids.length === 0) return answers;
  const heads = [...text.matchAll(new RegExp(`^(${ids.join("|")}) \\([^)\\n]*\\) (\\w+):[ ]?`, "gm"))];
  heads.forEach((head, index) => {
    const [whole, id, status] = head;
    if (id === undefined || answers.has(id)) return;
    const end = heads[index + 1]?.index ?? text.length;
    const answer = text.slice(head.index + whole.length, end).trim();
    answers.set(id, { status: status === "done" ? "done" : "failed", text: answer });
  });
  return answers;
}
