const LONGEST = 32;

/** The nearest name that a server may have: small letters, digits and dashes. null where nothing is left. */
export function slug(text: string): string | null {
  const name = text
    .normalize("NFKD")
    .toLowerCase()
    .replace(/\p{M}/gu, "")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+/, "")
    .slice(0, LONGEST)
    .replace(/-+$/, "");
  return name === "" ? null : name;
}

/** `name`, or `name-2` and so on where it is taken. */
export function freeName(name: string, taken: ReadonlySet<string>): string {
  let free = name;
  for (let n = 2; taken.has(free); n += 1) {
    const end = `-${n}`;
    free = `${name.slice(0, LONGEST - end.length)}${end}`;
  }
  return free;
}
