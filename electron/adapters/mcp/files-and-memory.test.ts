import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { Connections, never } from "./testing/connections.ts";
import { reference } from "./testing/servers.ts";

const connections = new Connections();
afterAll(() => connections.close());

describe("the other reference servers", () => {
  test("filesystem works in the folder of its arguments, and nowhere else", async () => {
    const { call, connection } = await connections.open(reference("filesystem", [connections.folder]));
    expect((await call("list_allowed_directories")).text).toContain(connections.folder);
    const path = join(connections.folder, "note.txt");
    expect((await call("write_file", { path, content: "from a server" })).outcome).toBe("ok");
    expect(readFileSync(path, "utf8")).toBe("from a server");
    expect((await call("read_text_file", { path })).text).toBe("from a server");
    expect(await call("read_text_file", { path: "/etc/hostname" })).toMatchObject({
      outcome: "error",
      text: expect.stringContaining("Access denied"),
    });
    const picture = join(connections.folder, "dot.png");
    writeFileSync(picture, Buffer.from("89504e47", "hex"));
    expect((await call("read_media_file", { path: picture })).images).toEqual([
      { mimeType: "image/png", bytes: Buffer.from("89504e47", "hex") },
    ]);
    const tools = await connection.tools(never());
    // What it does not say of itself is taken as the protocol says.
    expect(tools.find(({ name }) => name === "read_text_file")?.annotations).toEqual({
      readOnly: true,
      destructive: true,
      idempotent: false,
      openWorld: false,
    });
    expect(connection.capabilities).toEqual({ resources: false, prompts: false, logging: false });
    await expect(
      connection.listPrompts({ signal: never(), timeoutMs: 1_000, progress: () => {} }),
    ).rejects.toMatchObject({ data: { code: "tool-failed", message: "tested offers no prompts" } });
  });

  test("memory keeps what it is given, where its environment says", async () => {
    const secrets = { MEMORY_FILE_PATH: join(connections.folder, "memory.jsonl") };
    const transport = reference("memory", [], ["MEMORY_FILE_PATH"]);
    const first = await connections.open(transport, { secrets });
    const entities = [{ name: "Ada", entityType: "person", observations: ["wrote the first program"] }];
    expect((await first.call("create_entities", { entities })).outcome).toBe("ok");
    await first.connection.close();
    expect(readFileSync(secrets.MEMORY_FILE_PATH, "utf8")).toContain("Ada");

    const second = await connections.open(transport, { secrets });
    expect((await second.call("search_nodes", { query: "program" })).text).toContain("Ada");
    const { content } = { content: await second.call("read_graph") };
    expect(content.text).toContain("wrote the first program");
  });
});
