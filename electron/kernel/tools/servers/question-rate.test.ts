import { expect, test } from "vitest";
import { FakeServer } from "../../testing/fake-servers.ts";
import { settle } from "../../testing/manual-clock.ts";
import { withServer } from "../../testing/server-tests.ts";
import { useKernels } from "../../testing/use-kernels.ts";

const start = useKernels();
const FORM = { type: "object", properties: { name: { type: "string" } } };

/** Asks and takes back, over and over. */
async function askAndTakeBack(times: number, ask: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
  for (let n = 0; n < times; n += 1) {
    const abort = new AbortController();
    const asked = ask(abort.signal).catch(() => {});
    await settle();
    abort.abort();
    await asked;
  }
}

test("questions to the person that are taken back fill no log, and a minute later a server may ask again", async () => {
  const server = new FakeServer();
  const { enable, kernel } = await withServer(start, server);
  await enable();
  const ask = (signal: AbortSignal) => server.events.elicit("your name?", FORM, signal);
  await askAndTakeBack(100, ask);
  await settle();
  expect(kernel.eventsOf("elicitation.requested")).toHaveLength(30);
  expect(JSON.stringify(kernel.eventsOf("server.logged"))).toContain("30 questions in a minute");
  kernel.clock.advance(60_000);
  await askAndTakeBack(100, ask);
  await settle();
  expect(kernel.eventsOf("elicitation.requested")).toHaveLength(60);
});

test("neither do questions to models", async () => {
  const server = new FakeServer();
  const { enable, kernel } = await withServer(start, server, { script: () => new Promise(() => {}) });
  await enable({ sampling: "allow" });
  const messages = [{ role: "user", content: "hello" }] as const;
  await askAndTakeBack(400, (signal) => server.events.sample({ messages, maxTokens: 5, signal }));
  await settle();
  expect(kernel.eventsOf("syscall.created")).toHaveLength(300);
});
