import type { ShellNode } from "../../ports.ts";

/** The words of each simple command as they are written, by the grammar. */
export type Tree =
  | { readonly type: "commands"; readonly commands: readonly (readonly string[])[] }
  | { readonly type: "opaque"; readonly reason: string };

/** Kinds of node that hold nothing hidden. Whatever is not among them makes the line opaque. */
const LISTS: ReadonlySet<string> = new Set(["program", "list", "pipeline"]);
const SEPARATORS: ReadonlySet<string> = new Set(["&&", "||", ";", "|"]);
const LITERALS: ReadonlySet<string> = new Set(["word", "number", "raw_string", "string", "concatenation"]);
const PARTS: ReadonlySet<string> = new Set([...LITERALS, "string_content", '"']);

/** What the rest is, in words, for the person who is asked. Names are the grammar's own. */
const CONSTRUCTS: Readonly<Record<string, string>> = {
  ERROR: "it is not well-formed",
  command_substitution: "it holds a command substitution",
  process_substitution: "it holds a process substitution",
  simple_expansion: "it holds a variable",
  expansion: "it holds an expansion",
  arithmetic_expansion: "it holds an arithmetic expansion",
  brace_expression: "it holds a brace expansion",
  ansi_c_string: "it holds a string with escapes ($'...')",
  translated_string: 'it holds a translated string ($"...")',
  variable_assignment: "it sets a variable",
  variable_assignments: "it sets variables",
  declaration_command: "it declares variables",
  unset_command: "it removes variables or functions",
  file_redirect: "it redirects to or from a file",
  heredoc_redirect: "it holds a here-document",
  herestring_redirect: "it holds a here-string",
  redirected_statement: "it redirects input or output",
  subshell: "it holds a subshell",
  compound_statement: "it holds a group of commands",
  function_definition: "it defines a function",
  for_statement: "it holds a loop",
  c_style_for_statement: "it holds a loop",
  while_statement: "it holds a loop",
  if_statement: "it holds a condition",
  case_statement: "it holds a choice",
  negated_command: "it negates a command",
  test_command: "it holds a test",
  comment: "it holds a comment",
  extglob_pattern: "it holds a pattern",
  "&": "it runs a program in the background",
  "|&": "it pipes errors (|&)",
};

/** Reads a plain list of simple commands with literal words out of the grammar's tree (Bash manual, 3.2.2 to 3.2.4). */
export function readTree(root: ShellNode): Tree {
  const commands: (readonly string[])[] = [];
  const hidden = root.type === "program" ? visit(root, commands) : root;
  if (hidden) return { type: "opaque", reason: describe(hidden) };
  return { type: "commands", commands };
}

/** Collects the commands; returns the first node that hides something. */
function visit(node: ShellNode, commands: (readonly string[])[]): ShellNode | null {
  if (node.type === "command") {
    const hidden = node.children.map(hiddenInWord).find((found) => found !== null);
    commands.push(node.children.map(({ text }) => text));
    return hidden ?? null;
  }
  if (SEPARATORS.has(node.type) && !node.named) return null;
  if (!LISTS.has(node.type)) return node;
  for (const child of node.children) {
    const hidden = visit(child, commands);
    if (hidden) return hidden;
  }
  return null;
}

function hiddenInWord(node: ShellNode): ShellNode | null {
  const [inner, ...more] = node.children;
  if (node.type === "command_name") return inner && more.length === 0 ? hiddenInWord(inner) : node;
  if (!LITERALS.has(node.type)) return node;
  return firstHidden(node);
}

function firstHidden(node: ShellNode): ShellNode | null {
  if (!PARTS.has(node.type)) return node;
  for (const child of node.children) {
    const hidden = firstHidden(child);
    if (hidden) return hidden;
  }
  return null;
}

/** What lies within a redirected statement says more than its own name: it may be a here-document. */
function describe(node: ShellNode): string {
  const within = node.type === "redirected_statement" ? node.children : [];
  const known = [...within, node].map(({ type }) => CONSTRUCTS[type]).find((words) => words !== undefined);
  return known ?? `it holds what the rules do not know (${node.type})`;
}
