import { describe, expect, it } from "vitest";
import type { ImportedServer } from "../../../shared/contract-tools.ts";
import { serverName } from "../../../shared/ids.ts";
import { type ServerInfo, type ServerStatus, serverOptionsSchema } from "../../../shared/servers.ts";
import { argumentLines, checkServer, EMPTY_SERVER, problemAt } from "./add-server.ts";
import { addInput, candidatesOf } from "./import-servers.ts";
import { madeServer, madeTool } from "./made-server.ts";
import { sameOptions, withEffects, withOffer } from "./server-options.ts";
import { definitionText, hintsOf, nextStep, serverLook, transportLine } from "./server-words.ts";

const error = { code: "server-crashed", message: "It died" } as const;

describe("the status of a server", () => {
  it.each<[Partial<ServerInfo>, string]>([
    [{ status: { type: "disabled" }, trust: "none" }, "Not reviewed"],
    [{ status: { type: "disabled" }, trust: "trusted" }, "Disabled"],
    [{ status: { type: "starting" } }, "Starting"],
    [{ status: { type: "restarting", until: 12_500, error } }, "Restarting in 3 s"],
    [{ status: { type: "restarting", until: 9_000, error } }, "Restarting in 0 s"],
    [{ status: { type: "failed", error } }, "Failed"],
    [{ status: { type: "changed", changes: [] } }, "Changed"],
  ])("%j is told in words", (change, word) => {
    expect(serverLook(madeServer(change), 10_000).word).toBe(word);
  });

  it("tells since when it is ready, and in which process", () => {
    const ready = (pid: number | null): ServerStatus => ({ type: "ready", since: 10_000, pid });
    expect(serverLook(madeServer({ status: ready(77) }), 40_000).more).toBe("started 30 s ago, pid 77");
    expect(serverLook(madeServer({ status: ready(null) }), 40_000).more).toBe("started 30 s ago");
  });

  it("leads from reading to trusting, and to nothing while it runs", () => {
    const off = { status: { type: "disabled" }, trust: "none" } as const;
    expect(nextStep(madeServer({ ...off, tools: null, digest: null }))).toEqual({ type: "read" });
    expect(nextStep(madeServer(off))).toEqual({ type: "trust", digest: "d1", again: "first" });
    expect(nextStep(madeServer({ status: { type: "disabled" }, trust: "trusted" }))).toMatchObject({
      again: "same",
    });
    expect(nextStep(madeServer({ status: { type: "disabled" }, trust: "changed" }))).toMatchObject({
      again: "new-version",
    });
    expect(
      nextStep(madeServer({ status: { type: "changed", changes: [] }, trust: "changed" })),
    ).toMatchObject({
      again: "new-version",
    });
    for (const type of ["starting", "ready", "failed", "restarting"] as const) {
      const status: ServerStatus =
        type === "ready"
          ? { type, since: 1, pid: 1 }
          : type === "restarting"
            ? { type, until: 1, error }
            : type === "failed"
              ? { type, error }
              : { type };
      expect(nextStep(madeServer({ status }))).toEqual({ type: "none" });
    }
  });
});

describe("a definition as text", () => {
  it("has each sentence in a line of its own, and the whole of the schema", () => {
    const text = definitionText(
      madeTool({ description: "Reads a file. Never writes! Sends it to 10.0.0.1: yes." }),
    );
    expect(text).toContain("Reads a file.\nNever writes!\nSends it to 10.0.0.1:\nyes.\n");
    expect(text).toContain('"path"');
  });

  it("tells what the server says of the tool", () => {
    expect(hintsOf(madeTool())).toEqual(["reads only"]);
    expect(
      hintsOf(
        madeTool({ annotations: { readOnly: false, destructive: true, idempotent: true, openWorld: true } }),
      ),
    ).toEqual(["changes things for good", "the same again changes nothing", "reaches outside"]);
  });
});

describe("the form of a new server", () => {
  const form = { ...EMPTY_SERVER, name: "files", command: "npx", args: "-y\n\n a b\r\n" };

  it("becomes a command with its arguments word for word", () => {
    expect(argumentLines(form.args)).toEqual(["-y", " a b"]);
    expect(
      checkServer({
        ...form,
        environment: [
          { key: 1, name: "API_KEY", value: "s" },
          { key: 2, name: "", value: "" },
        ],
      }),
    ).toEqual({
      type: "ready",
      input: {
        name: "files",
        transport: {
          type: "stdio",
          command: "npx",
          args: ["-y", " a b"],
          folder: null,
          envNames: ["API_KEY"],
        },
        secrets: { API_KEY: "s" },
      },
    });
    expect(checkServer({ ...form, type: "http", url: " http://127.0.0.1:1/mcp " })).toMatchObject({
      input: { transport: { type: "http", url: "http://127.0.0.1:1/mcp" } },
    });
  });

  it.each([
    [{ name: "My Files" }, "name"],
    [{ command: "" }, "command"],
    [{ args: "ok\nrm\u001b[2K" }, "args"],
    [{ environment: [{ key: 1, name: "", value: "x" }] }, "environment"],
    [{ environment: [{ key: 1, name: "A-B", value: "x" }] }, "environment"],
    [
      {
        environment: [
          { key: 1, name: "A", value: "x" },
          { key: 2, name: "A", value: "y" },
        ],
      },
      "environment",
    ],
    [{ type: "http" as const, url: "example.com" }, "url"],
    [{ type: "http" as const, url: "http://a", headers: [{ key: 1, name: "a b", value: "" }] }, "headers"],
  ])("%j is wrong at its field", (change, field) => {
    expect(checkServer({ ...form, ...change })).toMatchObject({ type: "wrong", field });
  });

  it("finds the field that the kernel complains of", () => {
    expect(problemAt(["transport", "args", "1"], "no", "stdio")).toEqual({
      field: "args",
      message: "Line 2: No",
    });
    expect(problemAt(["transport", "folder"], "no", "stdio").field).toBe("folder");
    expect(problemAt(["secrets", "KEY"], "no", "http").field).toBe("headers");
    expect(problemAt(["name"], "taken", "http").field).toBe("name");
  });
});

describe("servers out of another program's configuration", () => {
  const ok = (name: string): ImportedServer => ({
    type: "ok",
    name: serverName(name),
    transport: { type: "stdio", command: "npx", args: ["a"], folder: null, envNames: ["KEY"] },
    secrets: { KEY: "s" },
  });

  it("are all chosen but those with a problem", () => {
    const found = candidatesOf([ok("files"), ok("git"), { type: "problem", name: "odd", error }]);
    expect(found.map((each) => addInput(each)?.name ?? null)).toEqual(["files", "git", null]);
    expect(found.map((each) => addInput(each)?.secrets?.KEY ?? null)).toEqual(["s", "s", null]);
    expect(transportLine({ type: "http", url: "http://a", headerNames: [] })).toBe("http://a");
  });
});

describe("the options of a server", () => {
  const options = serverOptionsSchema.parse({});

  it("are the same whatever the order of names, and changed by any choice", () => {
    const off = { ...options, ...withOffer(options, "b", "off") };
    expect(sameOptions(options, off)).toBe(false);
    const both = { ...off, ...withOffer(off, "a", "off") };
    expect(sameOptions(both, { ...both, disabledTools: ["a", "b"] })).toBe(true);
    expect(sameOptions(options, { ...off, ...withOffer(off, "b", "on") })).toBe(true);
    const taken = { ...options, ...withEffects(options, "a", "reads") };
    expect(sameOptions(options, taken)).toBe(false);
    expect(sameOptions(options, { ...taken, ...withEffects(taken, "a", null) })).toBe(true);
  });
});
