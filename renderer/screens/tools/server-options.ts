import type { ServerOptions, ToolEffects } from "../../../shared/servers.ts";

/** Whether two sets of options mean the same; order of names does not count. */
export function sameOptions(one: ServerOptions, other: ServerOptions): boolean {
  return canonical(one) === canonical(other);
}

const canonical = (options: ServerOptions): string =>
  JSON.stringify([
    options.concurrency,
    options.timeoutMs,
    options.sampling,
    options.samplingTokens,
    options.data,
    Object.entries(options.effects).sort(([one], [other]) => (one < other ? -1 : 1)),
    [...options.disabledTools].sort(),
  ]);

/** A tool offered to agents, or not. */
export const withOffer = (
  { disabledTools }: ServerOptions,
  tool: string,
  state: "on" | "off",
): Pick<ServerOptions, "disabledTools"> => ({
  disabledTools: [...disabledTools.filter((name) => name !== tool), ...(state === "off" ? [tool] : [])],
});

/** What a tool is taken to do; null: as the server says. */
export function withEffects(
  { effects }: ServerOptions,
  tool: string,
  taken: ToolEffects | null,
): Pick<ServerOptions, "effects"> {
  const others = Object.fromEntries(Object.entries(effects).filter(([name]) => name !== tool));
  return { effects: taken === null ? others : { ...others, [tool]: taken } };
}
