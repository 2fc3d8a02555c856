import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import { KernelError } from "../../../shared/errors.ts";

/** All addresses of a host name. Throws the resolver's error. */
export type Resolve = (host: string) => Promise<readonly string[]>;

/** The system's resolver, with /etc/hosts and the like: what a connection would use. */
export const resolveWithSystem: Resolve = async (host) =>
  (await lookup(host, { all: true })).map(({ address }) => address);

/**
 * Whether an address belongs to the public internet. Everything else counts as private: loopback, local networks,
 * link-local (cloud metadata), carrier NAT, reserved ranges, and IPv6 forms that carry an IPv4 address inside.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== "unicast") return false;
  // Global unicast is 2000::/3 (RFC 4291); the library calls unassigned ranges unicast too.
  return parsed.kind() === "ipv4" || (parsed.toByteArray()[0] ?? 0) >> 5 === 1;
}

/**
 * The addresses that a page may be fetched from. Throws `private-address` unless every one of the host's addresses
 * is public, or the person allows this very host and port; throws the resolver's errors.
 */
export async function checkedAddresses(
  url: URL,
  resolve: Resolve,
  allowedPrivateHosts: readonly string[],
): Promise<readonly string[]> {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const addresses = isIP(host) === 0 ? await resolve(host) : [host];
  const place = hostAndPort(url);
  if (addresses.length === 0)
    throw new KernelError("page-unreachable", `The name of ${place} has no address (DNS)`);
  if (allowedPrivateHosts.some((allowed) => allowed.toLowerCase() === place)) return addresses;
  const hidden = addresses.find((address) => !isPublicAddress(address));
  if (hidden === undefined) return addresses;
  const what = hidden === host ? "is a private address" : `leads to ${hidden}, a private address`;
  throw new KernelError("private-address", `${place} ${what}`, {
    hint: `Agents fetch public pages only. A person can allow "${place}" in Access under Reach.`,
  });
}

/** `host:port` as it is shown, allowed and granted, with the port always there. */
export function hostAndPort(url: URL): string {
  const port = url.port === "" ? (url.protocol === "https:" ? "443" : "80") : url.port;
  return `${url.hostname.toLowerCase()}:${port}`;
}
