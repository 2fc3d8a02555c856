const STORED_AS = "aios-token";

/** The parts of a browser's window that hold the token. */
export interface TokenPlaces {
  readonly location: Pick<Location, "hash" | "pathname" | "search">;
  readonly history: Pick<History, "replaceState">;
  readonly sessionStorage: Pick<Storage, "getItem" | "setItem" | "removeItem">;
}

/** The token in an address's fragment, `#token=…`, or null. */
export function tokenInFragment(hash: string): string | null {
  const token = new URLSearchParams(hash.replace(/^#/, "")).get("token");
  return token === null || token === "" ? null : token;
}

/**
 * The token of this tab: from the address, which then loses it so that it is neither seen nor copied along, or from
 * an earlier load of the tab. null when there is none.
 */
export function takeToken(places: TokenPlaces): string | null {
  const token = tokenInFragment(places.location.hash);
  if (token === null) return places.sessionStorage.getItem(STORED_AS);
  places.sessionStorage.setItem(STORED_AS, token);
  places.history.replaceState(null, "", `${places.location.pathname}${places.location.search}#/overview`);
  return token;
}

/** Forgets a token that the server refused. */
export const forgetToken = (places: Pick<TokenPlaces, "sessionStorage">): void =>
  places.sessionStorage.removeItem(STORED_AS);
