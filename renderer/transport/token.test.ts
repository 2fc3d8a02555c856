import { expect, it } from "vitest";
import { forgetToken, type TokenPlaces, takeToken } from "./token.ts";

/** A fake of a browser's address bar and tab storage. */
function fakeTab(hash: string): TokenPlaces & { address: () => string } {
  const stored = new Map<string, string>();
  const location = { hash, pathname: "/", search: "" };
  let address = `/${hash}`;
  return {
    location,
    address: () => address,
    history: {
      replaceState: (_data, _title, url) => {
        address = String(url);
        location.hash = address.slice(address.indexOf("#"));
      },
    },
    sessionStorage: {
      getItem: (key) => stored.get(key) ?? null,
      setItem: (key, value) => void stored.set(key, value),
      removeItem: (key) => void stored.delete(key),
    },
  };
}

it("takes the token out of the address and keeps it for the tab's next load", () => {
  const tab = fakeTab("#token=abc-123");
  expect(takeToken(tab)).toBe("abc-123");
  expect(tab.address()).toBe("/#/overview");
  expect(takeToken(tab)).toBe("abc-123");
});

it("has none where there is none, and none after it was refused", () => {
  expect(takeToken(fakeTab(""))).toBeNull();
  expect(takeToken(fakeTab("#token="))).toBeNull();
  expect(takeToken(fakeTab("#/agent/a7"))).toBeNull();
  const tab = fakeTab("#token=abc");
  takeToken(tab);
  forgetToken(tab);
  expect(takeToken(tab)).toBeNull();
});
