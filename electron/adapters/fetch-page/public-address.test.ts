import { describe, expect, test } from "vitest";
import { checkedAddresses, hostAndPort, isPublicAddress, resolveWithSystem } from "./public-address.ts";

describe("public addresses", () => {
  test.each(["8.8.8.8", "93.184.216.34", "1.1.1.1", "2606:4700:4700::1111", "2a00:1450:4001::1"])(
    "%s",
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );
});

describe("private addresses", () => {
  test.each([
    ...["127.0.0.1", "127.9.9.9", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254"],
    ...["100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255"],
    ...["::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "fec0::1", "ff02::1", "2001:db8::1"],
    ...[
      "::ffff:8.8.8.8",
      "::ffff:127.0.0.1",
      "::7f00:1",
      "64:ff9b::7f00:1",
      "64:ff9b::808:808",
      "2002:7f00:1::",
    ],
    ...["2001::1", "4000::1", "not an address", ""],
  ])("%s", (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});

describe("checked addresses", () => {
  const never = (host: string): Promise<string[]> => Promise.reject(new Error(`asked for ${host}`));
  const refused = { data: { code: "private-address" } };

  test.each([
    ...[
      "http://127.0.0.1/",
      "http://[::1]/",
      "http://169.254.169.254/latest/meta-data",
      "http://10.0.0.1:8080/",
    ],
    ...["http://0x7f000001/", "http://2130706433/", "http://017700000001/", "http://127.1/", "http://0/"],
    ...["http://[::ffff:127.0.0.1]/", "http://[64:ff9b::7f00:1]/", "http://[fe80::1]/"],
  ])("refuse %s without asking a resolver", async (url) => {
    await expect(checkedAddresses(new URL(url), never, [])).rejects.toMatchObject(refused);
  });

  test("refuse localhost by the system's own resolver", async () => {
    await expect(checkedAddresses(new URL("http://localhost/"), resolveWithSystem, [])).rejects.toMatchObject(
      refused,
    );
  });

  test("are refused when only one of several is private, and let through when all are public", async () => {
    const url = new URL("https://example.com/");
    const mixed = async () => ["93.184.216.34", "10.0.0.1"];
    await expect(checkedAddresses(url, mixed, [])).rejects.toMatchObject({
      data: { code: "private-address", message: expect.stringContaining("10.0.0.1") },
    });
    const open = async () => ["93.184.216.34", "2606:4700::1"];
    expect(await checkedAddresses(url, open, [])).toEqual(["93.184.216.34", "2606:4700::1"]);
    await expect(checkedAddresses(url, async () => [], [])).rejects.toMatchObject({
      data: { code: "page-unreachable" },
    });
  });

  test("may be private for exactly the host and port that a person allowed", async () => {
    const allowed = ["127.0.0.1:8080", "Wiki.Local:80"];
    expect(await checkedAddresses(new URL("http://127.0.0.1:8080/x"), never, allowed)).toEqual(["127.0.0.1"]);
    expect(await checkedAddresses(new URL("http://wiki.local/"), async () => ["10.1.1.1"], allowed)).toEqual([
      "10.1.1.1",
    ]);
    for (const url of ["http://127.0.0.1:8081/", "http://127.0.0.2:8080/", "http://localhost:8080/"]) {
      await expect(checkedAddresses(new URL(url), async () => ["127.0.0.1"], allowed)).rejects.toMatchObject(
        refused,
      );
    }
  });

  test("are named with their port", () => {
    expect(hostAndPort(new URL("https://Example.com/a"))).toBe("example.com:443");
    expect(hostAndPort(new URL("http://[::1]:81/"))).toBe("[::1]:81");
  });
});
