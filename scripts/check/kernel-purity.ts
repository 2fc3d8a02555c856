import { type Finding, isScript, isTest, type SourceFile } from "./source-files.ts";
import { identifierName, parseFile, type SyntaxNode } from "./syntax.ts";

/** Globals that would let the outside into the kernel other than through its ports, and the port to use instead. */
const OUTSIDE: Readonly<Record<string, string>> = {
  setTimeout: "Clock.after",
  setInterval: "Clock.after",
  setImmediate: "Clock.soon",
  performance: "Clock.mono",
  crypto: "Random",
  process: "a port",
  fetch: "a port",
  globalThis: "a port",
  Buffer: "a port",
};

/** The kernel takes time, chance and effects from its ports alone, so that a run can be repeated exactly. */
export function checkKernelPurity(files: readonly SourceFile[]): Finding[] {
  return files
    .filter((file) => file.path.startsWith("electron/kernel/") && isScript(file.path) && !isTest(file.path))
    .flatMap(findImpurities);
}

function findImpurities(file: SourceFile): Finding[] {
  const findings: Finding[] = [];
  const parsed = parseFile(file);
  parsed.walk((node, parent, key) => {
    const used = impurityOf(node, parent, key);
    if (used === null) return;
    const message = `uses ${used.what}; the kernel has ${used.instead} for that`;
    findings.push({ file: file.path, line: parsed.lineOf(node.start), message });
  });
  return findings;
}

function impurityOf(
  node: SyntaxNode,
  parent: SyntaxNode | null,
  key: string,
): { readonly what: string; readonly instead: string } | null {
  if (node.type === "MemberExpression") {
    const path = `${identifierName(node.object)}.${identifierName(node.property)}`;
    if (path === "Date.now") return { what: path, instead: "Clock.wall" };
    if (path === "Math.random") return { what: path, instead: "Random" };
  }
  if (node.type === "NewExpression" && identifierName(node.callee) === "Date" && isEmpty(node.arguments)) {
    return { what: "new Date()", instead: "Clock.wall" };
  }
  const name = identifierName(node);
  if (name === null || isLabel(parent, key) || !Object.hasOwn(OUTSIDE, name)) return null;
  return { what: name, instead: OUTSIDE[name] ?? "a port" };
}

const isEmpty = (value: unknown): boolean => Array.isArray(value) && value.length === 0;

/** `x.process`, `{ process: 1 }` and a method called `process` name a field, not the global. */
const isLabel = (parent: SyntaxNode | null, key: string): boolean =>
  parent !== null && parent.computed !== true && (key === "property" || key === "key");
