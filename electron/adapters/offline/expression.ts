import { type Commas, type Listed, readTokens, type Token } from "./expression-tokens.ts";

/** A piece of an expression and how tightly it binds: 1 sums, 2 products, 3 powers, 4 everything else. */
interface Piece {
  readonly text: string;
  readonly level: 1 | 2 | 3 | 4;
  /** The number before a percent sign, when the piece is just that. */
  readonly percent?: string;
}

/** Longest expression that is read, in characters. */
const MAX_LENGTH = 600;

/**
 * An arithmetic expression in signs or words as the calculator wants it: "23 times 19 plus 7" is "23 * 19 + 7".
 * null unless every word of it was understood. A recursive-descent parser with the usual precedence; "of" binds
 * tighter than division, so that "10 / half of 4" is 5.
 */
export function readExpression(text: string): string | null {
  if (
    text.length > MAX_LENGTH ||
    !/\d|[½¼¾π]|\b(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|\w+ty|dozen|hundred|thousand|\w*illion|pi|e)\b/i.test(
      text,
    )
  ) {
    return null;
  }
  const piece = parseWith(text, "thousands");
  return piece?.text ?? null;
}

/** As `readExpression`, with parentheses where it is to stand inside a larger expression. */
export function readOperand(text: string): string | null {
  const piece = text.length > MAX_LENGTH ? null : parseWith(text, "thousands");
  return piece && wrap(piece, 4);
}

/** Whether an expression is a lone number: nothing to work out. */
export const isNumber = (expression: string): boolean => /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/.test(expression);

function parseWith(text: string, commas: Commas): Piece | null {
  const tokens = readTokens(text, commas);
  if (!tokens || tokens.length === 0) return null;
  const parser = new Parser(tokens);
  const piece = parser.whole();
  if (piece && !parser.lonelyList) return piece;
  return commas === "thousands" ? parseWith(text, "separators") : null;
}

const wrap = (piece: Piece, least: 1 | 2 | 3 | 4): string =>
  piece.level < least ? `(${piece.text})` : piece.text;

class Parser {
  /** Set when a function of a list had one item: its commas were read wrongly, or it is not a list. */
  lonelyList = false;
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): Piece | null {
    const piece = this.#sum();
    return piece && this.#at === this.#tokens.length ? piece : null;
  }

  #sum(): Piece | null {
    let left = this.#product();
    for (let sign = this.#operator(["+", "-"]); left && sign !== null; sign = this.#operator(["+", "-"])) {
      const right = this.#product();
      if (!right) return null;
      left =
        right.percent !== undefined && left.percent === undefined
          ? { text: `${wrap(left, 2)} * (1 ${sign} ${right.percent} / 100)`, level: 2 }
          : { text: `${left.text} ${sign} ${wrap(right, sign === "-" ? 2 : 1)}`, level: 1 };
    }
    return left;
  }

  #product(): Piece | null {
    let left = this.#portion();
    while (left) {
      const sign = this.#operator(["*", "/", "mod"]) ?? (this.#isImplicitProduct() ? "*" : null);
      if (sign === null) break;
      const right = this.#portion();
      if (!right) return null;
      left =
        sign === "mod"
          ? { text: `mod(${left.text}, ${right.text})`, level: 4 }
          : { text: `${wrap(left, 2)} ${sign} ${wrap(right, 3)}`, level: 2 };
    }
    return left;
  }

  /** "15% of 80", "half of 10". */
  #portion(): Piece | null {
    const left = this.#fractionOf() ?? this.#power();
    if (!left || !this.#sign("of")) return left;
    const right = this.#portion();
    return right && portion(left.text, left, right);
  }

  /** The fraction of "3/4 of 100": two whole numbers in figures, straight before "of". */
  #fractionOf(): Piece | null {
    const [above, slash, below, of] = this.#tokens.slice(this.#at, this.#at + 4);
    const isFraction =
      isWhole(above) && isWhole(below) && slash?.type === "operator" && slash.text === "/" && isOf(of);
    if (!isFraction) return null;
    this.#at += 3;
    return { text: `(${above.text} / ${below.text})`, level: 4 };
  }

  #power(): Piece | null {
    const base = this.#postfix();
    if (!base || this.#operator(["^"]) === null) return base;
    const exponent = this.#power();
    return exponent && { text: `${wrap(base, 4)} ^ ${wrap(exponent, 4)}`, level: 3 };
  }

  #postfix(): Piece | null {
    if (this.#operator(["-"]) !== null) {
      const value = this.#power();
      return value && { text: `-${wrap(value, 3)}`, level: value.level === 4 ? 3 : 2 };
    }
    if (this.#operator(["+"]) !== null) return this.#power();
    let piece = this.#primary();
    while (piece) {
      if (this.#sign("!") || this.#trailingFactorial())
        piece = { text: `factorial(${piece.text})`, level: 4 };
      else if (this.#sign("%"))
        piece = { text: `${wrap(piece, 2)} / 100`, level: 2, percent: wrap(piece, 3) };
      else break;
    }
    return piece;
  }

  /** "5 factorial", not followed by what it could be the factorial of. */
  #trailingFactorial(): boolean {
    const token = this.#tokens[this.#at];
    const next = this.#tokens[this.#at + 1];
    if (token?.type !== "unary" || token.name !== "factorial") return false;
    if (next?.type === "number" || (next?.type === "sign" && (next.text === "of" || next.text === "(")))
      return false;
    this.#at += 1;
    return true;
  }

  #primary(): Piece | null {
    const token = this.#tokens[this.#at];
    if (!token) return null;
    this.#at += 1;
    switch (token.type) {
      case "number":
      case "constant":
        return { text: token.text, level: 4 };
      case "scale": {
        this.#sign("of");
        const value = this.#power();
        return value && portion(token.by, { text: token.by, level: 4 }, value);
      }
      case "unary":
        return this.#function(token.name);
      case "listed":
        return this.#list(token.name);
      case "sign": {
        if (token.text !== "(") return null;
        const inner = this.#sum();
        return inner && this.#sign(")") ? { text: `(${inner.text})`, level: 4 } : null;
      }
      case "operator":
        return null;
    }
  }

  #function(name: string): Piece | null {
    this.#sign("of");
    if (this.#sign("(")) {
      const inner = this.#sum();
      const digits = inner && name === "round" && this.#sign(",") ? this.#sum() : null;
      if (!inner || !this.#sign(")")) return null;
      return { text: `${name}(${inner.text}${digits ? `, ${digits.text}` : ""})`, level: 4 };
    }
    const value = this.#power();
    return value && { text: `${name}(${value.text})`, level: 4 };
  }

  #list(name: Listed): Piece | null {
    const opened = (this.#sign("of") || this.#sign("between") || true) && this.#sign("(");
    const items: Piece[] = [];
    do {
      const item = opened ? this.#sum() : this.#portion();
      if (!item) return null;
      items.push(item);
      while (this.#sign(",") && this.#peek("and"));
    } while (this.#sign("and") || this.#previousIs(","));
    if (opened && !this.#sign(")")) return null;
    if (items.length < 2) this.lonelyList = true;
    return combine(name, items);
  }

  #isImplicitProduct(): boolean {
    const before = this.#tokens[this.#at - 1];
    const token = this.#tokens[this.#at];
    const closes = before?.type === "number" || (before?.type === "sign" && before.text === ")");
    return closes && (token?.type === "constant" || (token?.type === "sign" && token.text === "("));
  }

  #operator<Sign extends string>(signs: readonly Sign[]): Sign | null {
    const token = this.#tokens[this.#at];
    if (token?.type !== "operator") return null;
    const found = signs.find((sign) => sign === token.text) ?? null;
    if (found !== null) this.#at += 1;
    return found;
  }

  #sign(text: string): boolean {
    if (!this.#peek(text)) return false;
    this.#at += 1;
    return true;
  }

  #peek(text: string): boolean {
    const token = this.#tokens[this.#at];
    return token?.type === "sign" && token.text === text;
  }

  #previousIs(text: string): boolean {
    const token = this.#tokens[this.#at - 1];
    return token?.type === "sign" && token.text === text;
  }
}

const isWhole = (token: Token | undefined): token is Token & { readonly type: "number" } =>
  token?.type === "number" && /^\d+$/.test(token.text);
const isOf = (token: Token | undefined): boolean => token?.type === "sign" && token.text === "of";

/** A part of a value. Fractions divide last, so that a third of 90 is exactly 30. */
function portion(text: string, part: Piece, whole: Piece): Piece {
  const [, above, below] = /^\((\d+) \/ (\d+)\)$/.exec(text) ?? [];
  if (above === undefined || below === undefined) {
    return { text: `${wrap(part, 2)} * ${wrap(whole, 3)}`, level: 2 };
  }
  const value = wrap(whole, 3);
  return { text: above === "1" ? `${value} / ${below}` : `${value} * ${above} / ${below}`, level: 2 };
}

function combine(name: Listed, items: readonly Piece[]): Piece | null {
  const args = items.map((item) => item.text).join(", ");
  const [first, second] = items;
  switch (name) {
    case "product":
      return { text: items.map((item) => wrap(item, 2)).join(" * "), level: 2 };
    case "difference":
      return first && second && items.length === 2
        ? { text: `abs(${first.text} - ${wrap(second, 2)})`, level: 4 }
        : null;
    case "quotient":
      return first && second && items.length === 2
        ? { text: `${wrap(first, 2)} / ${wrap(second, 3)}`, level: 2 }
        : null;
    default:
      return { text: `${name}(${args})`, level: 4 };
  }
}
