import type { BigNumber, MathNode } from "mathjs";
import { KernelError } from "../../../shared/errors.ts";
import { divide, FUNCTIONS, factorial, MOST_DIGITS, modulo, power, tooLarge } from "./functions.ts";

const MOST_NODES = 300;
const DEEPEST = 100;

/** The library's numbers of one precision; every result of their methods has that precision too. */
export interface BigNumberClass {
  new (value: string): BigNumber;
  clone(config: { readonly precision: number }): BigNumberClass;
}

export interface Evaluation {
  readonly value: BigNumber;
  /** Decimal digits before the point of the largest value on the way. */
  readonly digits: number;
  readonly result: "exact" | "approximate";
}

interface Walk {
  readonly Big: BigNumberClass;
  digits: number;
  result: Evaluation["result"];
}

/**
 * Works out a parsed formula by walking it: numbers, brackets, operators, and the functions and constants on the
 * list. Whatever else the parser knows (names, assignments, units, strings, properties) is refused. Every value on
 * the way is checked, so a step can neither hang nor pass NaN or infinity on. Throws `tool-failed`.
 */
export function evaluateFormula(Big: BigNumberClass, node: MathNode): Evaluation {
  let nodes = 0;
  node.traverse(() => {
    nodes += 1;
  });
  if (nodes > MOST_NODES) throw tooManyParts();
  const walk: Walk = { Big, digits: 0, result: "exact" };
  const value = evaluate(walk, node, 0);
  return { value, digits: walk.digits, result: walk.result };
}

function evaluate(walk: Walk, node: MathNode, depth: number): BigNumber {
  if (depth > DEEPEST) throw tooManyParts();
  const value = compute(walk, node, depth + 1);
  if (value.isNaN()) throw new KernelError("tool-failed", `${described(node)} is no real number`);
  if (!value.isFinite() || Math.abs(value.e) >= MOST_DIGITS) throw tooLarge();
  walk.digits = Math.max(walk.digits, value.e + 1);
  return value;
}

function compute(walk: Walk, node: MathNode, depth: number): BigNumber {
  if (isNode(node, "ConstantNode")) return constant(walk, node.value);
  if (isNode(node, "ParenthesisNode")) return evaluate(walk, node.content, depth);
  if (isNode(node, "SymbolNode")) return named(walk, node.name);
  if (isNode(node, "OperatorNode")) {
    const [left, right] = node.args.map((part) => evaluate(walk, part, depth));
    return operate(node.fn, left, right);
  }
  if (isNode(node, "FunctionNode")) {
    const name = isNode(node.fn, "SymbolNode") ? node.fn.name : described(node);
    return call(walk, name, node.args, depth);
  }
  throw notAllowed(described(node));
}

/** The nodes that a formula may hold, by the name the parser gives their type, and what is read of each. */
interface NodeParts {
  readonly ConstantNode: { readonly value: unknown };
  readonly ParenthesisNode: { readonly content: MathNode };
  readonly SymbolNode: { readonly name: string };
  readonly OperatorNode: { readonly fn: string; readonly args: readonly MathNode[] };
  readonly FunctionNode: { readonly fn: MathNode; readonly args: readonly MathNode[] };
  readonly ArrayNode: { readonly items: readonly MathNode[] };
}

const isNode = <Type extends keyof NodeParts>(
  node: MathNode,
  type: Type,
): node is MathNode & NodeParts[Type] => node.type === type;

function constant(walk: Walk, value: unknown): BigNumber {
  if (typeof value === "boolean" || typeof value === "string") throw notAllowed(JSON.stringify(value));
  if (value === undefined || value === null) throw notAllowed("an empty part");
  return new walk.Big(String(value));
}

function named(walk: Walk, name: string): BigNumber {
  if (name !== "pi" && name !== "e") throw notAllowed(`the name "${name}"`);
  walk.result = "approximate";
  const unit = new walk.Big("1");
  return name === "e" ? unit.exp() : unit.asin().times(2);
}

function operate(operator: string, left: BigNumber | undefined, right: BigNumber | undefined): BigNumber {
  if (left && right) {
    switch (operator) {
      case "add":
        return left.plus(right);
      case "subtract":
        return left.minus(right);
      case "multiply":
        return left.times(right);
      case "divide":
        return divide(left, right);
      case "mod":
        return modulo(left, right);
      case "pow":
        return power(left, right);
    }
  } else if (left) {
    switch (operator) {
      case "unaryMinus":
        return left.neg();
      case "unaryPlus":
        return left;
      case "factorial":
        return factorial(left);
    }
  }
  throw notAllowed(`the operator "${operator}"`);
}

function call(walk: Walk, name: string, nodes: readonly MathNode[], depth: number): BigNumber {
  const called = FUNCTIONS.get(name);
  if (!called) throw notAllowed(`the function "${name}"`);
  const values = nodes.flatMap((node) => listOf(node).map((item) => evaluate(walk, item, depth)));
  const [least, most] = called.arguments;
  const [first, ...more] = values;
  if (!first || values.length < least || values.length > most) {
    const wanted = least === most ? String(least) : `${least} to ${most}`;
    throw new KernelError("tool-failed", `${name} takes ${wanted} numbers and was given ${values.length}`);
  }
  if (called.result === "approximate") walk.result = "approximate";
  return called.apply(first, ...more);
}

const listOf = (node: MathNode): readonly MathNode[] => (isNode(node, "ArrayNode") ? node.items : [node]);

const tooManyParts = (): KernelError =>
  new KernelError("tool-failed", "The formula has too many parts", {
    hint: "Break it into several calculations.",
  });

function described(node: MathNode): string {
  const text = node.toString();
  return text.length <= 80 ? text : `${text.slice(0, 79)}…`;
}

function notAllowed(what: string): KernelError {
  return new KernelError("tool-failed", `A formula cannot hold ${what}`, {
    hint: `Use numbers, + - * / ^ % !, brackets, pi, e and ${[...FUNCTIONS.keys()].join(", ")}.`,
  });
}
