/** Characters of a server's own text that an error quotes. */
export const QUOTE_CHARACTERS = 200;
/** Shorter secrets are placeholders such as `x`; replacing them would garble every text. */
const SHORTEST_SECRET = 4;
const PLACEHOLDER = "[key]";

/** Takes the key out of a server's text, together with what looks like a key or a bearer token. */
export function scrub(text: string, secret: string | null): string {
  let clean = text;
  if (secret !== null && secret.length >= SHORTEST_SECRET) {
    for (const form of new Set([secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)])) {
      clean = clean.replaceAll(form, PLACEHOLDER);
    }
  }
  return clean
    .replace(/\bBearer\s+[^\s"'<>,;]+/gi, `Bearer ${PLACEHOLDER}`)
    .replace(/\bsk-[A-Za-z0-9_*-]{4,}/g, PLACEHOLDER);
}

/** A server's text as one short line for an error. Scrubbed before it is cut, so that no half of a key is left. */
export function quote(text: string, secret: string | null): string {
  const line = scrub(text.slice(0, 20 * QUOTE_CHARACTERS), secret)
    .replace(/\s+/g, " ")
    .trim();
  return line.length > QUOTE_CHARACTERS ? `${line.slice(0, QUOTE_CHARACTERS)}…` : line;
}
