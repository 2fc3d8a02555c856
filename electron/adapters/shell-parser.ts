import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { Language, Parser, type TreeCursor } from "web-tree-sitter";
import type { ShellNode, ShellParser } from "../kernel/ports.ts";

/** Longer commands are whole programs: nobody judges them by their parts. */
const LONGEST_CHARACTERS = 4_000;
/** Reports of progress in one parse, each after a fixed amount of work; together about 4 ms of the event loop. */
const MOST_STEPS = 80;
const MOST_NODES = 2_000;
const DEEPEST = 64;

/** Where the packages keep them; the build copies them to stand beside this file. */
export const SHELL_GRAMMAR_FILES = [
  { name: "tree-sitter-bash.wasm", module: "tree-sitter-bash/tree-sitter-bash.wasm" },
  { name: "web-tree-sitter.wasm", module: "web-tree-sitter/web-tree-sitter.wasm" },
] as const;

const UNREADABLE = {
  root: { type: "ERROR", text: "", named: true, children: [] },
  errors: "some",
} as const satisfies ReturnType<ShellParser["parse"]>;

/**
 * Opens the grammar of bash. What `parse` returns is bounded in size, in depth and in the time it takes; a command
 * beyond the bounds has `errors: "some"` and a tree that says nothing. Throws when the grammar's files are missing.
 */
export async function openShellParser(): Promise<ShellParser> {
  const [grammar, engine] = SHELL_GRAMMAR_FILES.map(placeOf);
  await Parser.init({ locateFile: () => engine ?? "" });
  const language = await Language.load(await readFile(grammar ?? ""));
  let parser = new Parser().setLanguage(language);
  const parse: ShellParser["parse"] = (command) => {
    try {
      return parseBounded(parser, command) ?? UNREADABLE;
    } catch {
      // The engine may have stopped anywhere: nothing of this parser is used again.
      parser = new Parser().setLanguage(language);
      return UNREADABLE;
    }
  };
  // The first parse compiles the engine; it is slow once, and here nobody waits.
  parse("ls -la | head -n 5 && cat 'a b'");
  return { parse };
}

/** Beside this file in a build, else in its package. */
function placeOf({ name, module }: (typeof SHELL_GRAMMAR_FILES)[number]): string {
  const beside = fileURLToPath(new URL(name, import.meta.url));
  return existsSync(beside) ? beside : createRequire(import.meta.url).resolve(module);
}

function parseBounded(parser: Parser, command: string): ReturnType<ShellParser["parse"]> | null {
  if (command.length > LONGEST_CHARACTERS || !command.isWellFormed()) return null;
  let steps = 0;
  const progressCallback = (): boolean => {
    steps += 1;
    return steps > MOST_STEPS;
  };
  const tree = parser.parse(command, null, { progressCallback });
  if (!tree) {
    // Otherwise the next parse would go on with this one.
    parser.reset();
    return null;
  }
  try {
    const node = tree.rootNode;
    if (node.descendantCount > MOST_NODES) return null;
    const cursor = tree.walk();
    try {
      const root = copyNode(cursor, command, 0);
      return root && { root, errors: node.hasError ? "some" : "none" };
    } finally {
      cursor.delete();
    }
  } finally {
    tree.delete();
  }
}

/** null where the tree is deeper than its bound. */
function copyNode(cursor: TreeCursor, command: string, depth: number): ShellNode | null {
  if (depth > DEEPEST) return null;
  const { nodeType: type, nodeIsNamed: named } = cursor;
  const text = command.slice(cursor.startIndex, cursor.endIndex);
  const children: ShellNode[] = [];
  if (cursor.gotoFirstChild()) {
    do {
      const child = copyNode(cursor, command, depth + 1);
      if (child === null) return null;
      children.push(child);
    } while (cursor.gotoNextSibling());
    cursor.gotoParent();
  }
  return { type, text, named, children };
}
