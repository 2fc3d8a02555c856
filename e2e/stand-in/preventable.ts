/** An event that a listener may prevent, and what came of it. */
export interface Preventable {
  readonly verdict: "allow" | "prevent";
  preventDefault(): void;
}

export function preventable<T extends object>(fields: T): T & Preventable {
  let verdict: Preventable["verdict"] = "allow";
  return Object.assign(
    {
      get verdict() {
        return verdict;
      },
      preventDefault() {
        verdict = "prevent";
      },
    },
    fields,
  );
}
