import { describe, expect, test } from "vitest";
import { KernelError } from "../../../../shared/errors.ts";
import { SERVER_START_MS } from "../../limits.ts";
import { FakeServer } from "../../testing/fake-servers.ts";
import { settle } from "../../testing/manual-clock.ts";
import { FILES, serverOptions, withServer as serverTest } from "../../testing/server-tests.ts";
import { memoryConfig } from "../../testing/test-kernel.ts";
import { type StartOptions, useKernels } from "../../testing/use-kernels.ts";

const start = useKernels();
const withServer = (server: FakeServer, more: StartOptions = {}) => serverTest(start, server, more);

describe("a crash", () => {
  test("fails what is in flight, and the server comes back after a pause that grows", async () => {
    const server = new FakeServer();
    server.onCall = () => new Promise(() => {});
    const { enable, call, kernel, info, status } = await withServer(server);
    await enable();
    const flying = call("files__look");
    await kernel.clock.until(() => server.calls.length === 1);
    server.crash("it fell over");
    expect(await flying).toMatchObject({
      type: "failed",
      error: { code: "server-crashed", message: "it fell over" },
    });
    await settle();
    const { status: now } = info();
    expect(now).toMatchObject({ type: "restarting", until: kernel.clock.wall() + 1_000 });
    expect(await call("files__look")).toMatchObject({
      type: "failed",
      error: { code: "server-not-ready", retryAt: kernel.clock.wall() + 1_000 },
    });
    kernel.clock.advance(999);
    await settle();
    expect(server.starts).toBe(2);
    kernel.clock.advance(1);
    await kernel.clock.until(() => status() === "ready");
    expect(info().restarts).toBe(1);
    // Its tools are in the log once for each time that they, their trust or its options are others.
    expect(kernel.eventsOf("server.changed").map((each) => each.server.trust)).toEqual([
      "none",
      "none",
      "trusted",
    ]);
    expect(kernel.eventsOf("server.status").map((each) => each.status.type)).toEqual([
      "starting",
      "ready",
      "restarting",
      "starting",
      "ready",
    ]);
    server.crash();
    await settle();
    expect(info().status).toMatchObject({ type: "restarting", until: kernel.clock.wall() + 2_000 });
  });

  test("for the third time in a minute opens the circuit, until the person starts it again", async () => {
    const server = new FakeServer();
    const { enable, call, kernel, status, handlers } = await withServer(server);
    await enable();
    for (const pause of [1_000, 2_000]) {
      server.crash();
      await settle();
      kernel.clock.advance(pause);
      await kernel.clock.until(() => status() === "ready");
    }
    server.crash("once too often");
    await kernel.clock.until(() => status() === "failed");
    const { starts } = server;
    kernel.clock.advance(10 * 60_000);
    await settle();
    expect([server.starts, kernel.clock.timers]).toEqual([starts, 0]);
    expect(await call("files__look")).toMatchObject({
      error: { code: "server-not-ready", message: "The server files has failed: once too often" },
    });
    await handlers["servers.restart"]({ name: FILES });
    expect(status()).toBe("ready");
  });

  test("long after another is a first one again", async () => {
    const server = new FakeServer();
    const { enable, kernel, status, info } = await withServer(server);
    await enable();
    for (let n = 0; n < 5; n += 1) {
      server.crash();
      await settle();
      expect(info().status).toMatchObject({ until: kernel.clock.wall() + 1_000 });
      kernel.clock.advance(1_000);
      await kernel.clock.until(() => status() === "ready");
      kernel.clock.advance(60_000);
    }
  });

  test("at the start counts too, and a start that hangs is given up", async () => {
    const config = memoryConfig();
    await (await withServer(new FakeServer(), { config })).enable();
    const server = new FakeServer();
    server.startWait = new Promise(() => {});
    const { kernel, status, info } = await withServer(server, { config });
    for (const pause of [1_000, 2_000]) {
      await kernel.clock.until(() => status() === "starting");
      await settle();
      kernel.clock.advance(SERVER_START_MS);
      await kernel.clock.until(() => status() === "restarting");
      kernel.clock.advance(pause);
    }
    await kernel.clock.until(() => status() === "starting");
    await settle();
    kernel.clock.advance(SERVER_START_MS);
    await kernel.clock.until(() => status() === "failed");
    expect(info().status).toMatchObject({ error: { code: "server-failed" } });
    expect(server.starts).toBe(3);
  });

  test("of an inspection or of a first start is told to the person", async () => {
    const server = new FakeServer();
    server.startError = new KernelError("server-failed", "no such program");
    const { add, handlers, status } = await withServer(server);
    await add();
    await expect(handlers["servers.inspect"]({ name: FILES })).rejects.toMatchObject({
      data: { code: "server-failed", message: "no such program" },
    });
    expect(status()).toBe("disabled");
    server.startError = null;
    const { digest } = await handlers["servers.inspect"]({ name: FILES });
    server.startError = new KernelError("server-failed", "gone again");
    await expect(handlers["servers.enable"]({ name: FILES, digest: digest ?? "" })).rejects.toMatchObject({
      data: { message: "gone again" },
    });
    expect(status()).toBe("failed");
  });
});

describe("ending", () => {
  test("disabling in the middle of a start ends the start", async () => {
    const server = new FakeServer();
    const { add, handlers, status, kernel } = await withServer(server);
    await add();
    const { digest } = await handlers["servers.inspect"]({ name: FILES });
    server.startWait = new Promise(() => {});
    const enabling = handlers["servers.enable"]({ name: FILES, digest: digest ?? "" });
    const refused = expect(enabling).rejects.toMatchObject({ data: { code: "cancelled" } });
    await kernel.clock.until(() => server.starts === 2);
    await handlers["servers.disable"]({ name: FILES });
    await refused;
    expect([status(), server.running, kernel.clock.timers]).toEqual(["disabled", 0, 0]);
  });

  test("what is asked of a server while it is being removed is refused, and nothing comes back", async () => {
    const server = new FakeServer();
    const { enable, add, handlers, kernel, names, status } = await withServer(server);
    const { digest } = await enable();
    const removing = handlers["servers.remove"]({ name: FILES });
    const asked = Promise.allSettled([
      handlers["servers.inspect"]({ name: FILES }),
      handlers["servers.enable"]({ name: FILES, digest: digest ?? "" }),
      handlers["servers.restart"]({ name: FILES }),
      handlers["servers.disable"]({ name: FILES }),
      handlers["servers.setOptions"]({ name: FILES, options: serverOptions() }),
    ]);
    await Promise.all([removing, handlers["servers.remove"]({ name: FILES })]);
    const refused = { status: "rejected", reason: { data: { code: "cancelled" } } };
    expect(await asked).toMatchObject(Array(5).fill(refused));
    expect([server.running, server.starts, await names()]).toEqual([0, 2, []]);
    expect(kernel.kernel.feed.state().servers.size).toBe(0);
    expect(kernel.eventsOf("server.removed")).toHaveLength(1);
    await add();
    expect(status()).toBe("disabled");
  });

  test("the kernel's stop ends every server, those in a back-off too", async () => {
    const server = new FakeServer();
    const { enable, kernel } = await withServer(server);
    await enable();
    await kernel.kernel.stop("over");
    expect(server.running).toBe(0);
    const other = new FakeServer();
    const second = await withServer(other);
    await second.enable();
    other.crash();
    await second.kernel.kernel.stop("over");
    second.kernel.clock.advance(60_000);
    await settle();
    expect([other.running, other.starts]).toEqual([0, 2]);
  });
});
