const SPACE = /\s/;

/**
 * Whether a text is a call of one of these tools that stands alone, as Llama 3 writes it:
 * `{"name": "read_file", "parameters": {...}}`, perhaps with `"type": "function"` first. `maybe` while too little has
 * come to tell. An object that names no tool of ours is an answer in JSON, not a call.
 */
export function bareCall(text: string, toolNames: readonly string[]): "yes" | "maybe" | "no" {
  let verdict: "maybe" | "no" = "no";
  for (const name of toolNames) {
    for (const start of [["{"], ["{", '"type"', ":", '"function"', ","]]) {
      const match = matchTokens(text, [...start, '"name"', ":", JSON.stringify(name)]);
      if (match === "yes") return "yes";
      if (match === "maybe") verdict = "maybe";
    }
  }
  return verdict;
}

/** Whether the text begins with these tokens, with or without space in between. */
function matchTokens(text: string, tokens: readonly string[]): "yes" | "maybe" | "no" {
  let at = 0;
  for (const token of tokens) {
    while (at < text.length && SPACE.test(text.charAt(at))) at += 1;
    const part = text.slice(at, at + token.length);
    if (part === token) at += token.length;
    else return at + part.length === text.length && token.startsWith(part) ? "maybe" : "no";
  }
  return "yes";
}
