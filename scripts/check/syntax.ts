import { parseSync } from "vite";
import type { Finding, SourceFile } from "./source-files.ts";

/** A node of the syntax tree, as far as the checks look into it. */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly [field: string]: unknown;
}

export interface ImportedModule {
  readonly specifier: string;
  readonly line: number;
  /** `types`: nothing of it is left at run time. */
  readonly as: "types" | "values";
}

export interface ParsedFile {
  readonly imports: readonly ImportedModule[];
  readonly problems: readonly Finding[];
  /** Calls `visit` for every node, parents first; `key` is the field of the parent that holds it. */
  walk(visit: (node: SyntaxNode, parent: SyntaxNode | null, key: string) => void): void;
  lineOf(offset: number): number;
}

/** Reads a TypeScript file with the bundler's own parser, so that what is checked is what is built. */
export function parseFile(file: SourceFile): ParsedFile {
  const result = parseSync(file.path, file.text);
  const lineOf = (offset: number) => file.text.slice(0, offset).split("\n").length;
  const walk: ParsedFile["walk"] = (visit) => walkTree(result.program, null, "", visit);
  const problems = result.errors.map((error) => ({ file: file.path, line: null, message: error.message }));
  const imports: ImportedModule[] = [];
  const add = (specifier: string, start: number, as: ImportedModule["as"]) =>
    imports.push({ specifier, line: lineOf(start), as });

  for (const each of result.module.staticImports) {
    const typesOnly = each.entries.length > 0 && each.entries.every((entry) => entry.isType);
    add(each.moduleRequest.value, each.start, typesOnly ? "types" : "values");
  }
  for (const each of result.module.staticExports) {
    for (const entry of each.entries) {
      if (entry.moduleRequest) add(entry.moduleRequest.value, entry.start, entry.isType ? "types" : "values");
    }
  }
  walk((node) => {
    if (node.type === "ImportExpression" || node.type === "TSImportType") {
      const as = node.type === "TSImportType" ? "types" : "values";
      add(literalText(node.source) ?? "(computed)", node.start, as);
    }
    if (node.type === "CallExpression" && identifierName(node.callee) === "require") {
      const [argument] = Array.isArray(node.arguments) ? node.arguments : [];
      add(literalText(argument) ?? "(computed)", node.start, "values");
    }
  });
  return { imports, problems, walk, lineOf };
}

export const isNode = (value: unknown): value is SyntaxNode =>
  typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";

/** The name, if the value is an identifier. */
export const identifierName = (value: unknown): string | null =>
  isNode(value) && value.type === "Identifier" && typeof value.name === "string" ? value.name : null;

const literalText = (value: unknown): string | null =>
  isNode(value) && typeof value.value === "string" ? value.value : null;

function walkTree(
  value: unknown,
  parent: SyntaxNode | null,
  key: string,
  visit: (node: SyntaxNode, parent: SyntaxNode | null, key: string) => void,
): void {
  if (Array.isArray(value)) {
    for (const item of value) walkTree(item, parent, key, visit);
    return;
  }
  if (!isNode(value)) return;
  visit(value, parent, key);
  for (const [field, child] of Object.entries(value)) walkTree(child, value, field, visit);
}
