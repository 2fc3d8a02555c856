import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { EventOf, KernelEvent } from "../shared/events.ts";
import { type ApprovalId, seq } from "../shared/ids.ts";
import { type Client, connect } from "./support/client.ts";
import { makeDataFolder, removeDataFolders } from "./support/data-folder.ts";
import { type Host, startHost } from "./support/host.ts";
import { type PageServer, startPageServer } from "./support/page-server.ts";
import { endPrograms } from "./support/program.ts";
import { WORDINGS } from "./support/wordings.ts";

const PAGE = "<html><head><title>Tide tables</title></head><body><p>High water is at noon.</p></body></html>";

let pages: PageServer;
let host: Host;
let client: Client;
const approved = new Set<ApprovalId>();

beforeAll(async () => {
  pages = await startPageServer({ "/tides": PAGE });
  host = await startHost(
    makeDataFolder({ offlineTokensPerSecond: 20_000, allowedPrivateHosts: [pages.host] }),
  );
  client = await connect(host);
});
afterAll(async () => {
  client.close();
  const ended = await host.stop();
  await endPrograms();
  await pages.close();
  removeDataFolders();
  expect(ended).toMatchObject({ code: 0, stderr: "" });
});

/** The end of an agent whose every question is answered with a yes, unabridged. */
async function endOf(agent: string, task: string): Promise<EventOf<"agent.ended">> {
  const { agentId } = await client.request("agents.launch", { agent, task });
  const isNext = (event: KernelEvent): event is EventOf<"approval.requested" | "agent.ended"> =>
    event.type === "approval.requested"
      ? !approved.has(event.approval.id)
      : event.type === "agent.ended" && event.agentId === agentId;
  for (;;) {
    const next = await client.until(`the end of ${agentId}`, isNext);
    if (next.type === "agent.ended") {
      const { events } = await client.request("events.read", { from: seq(next.seq - 1), limit: 1 });
      const [whole] = events;
      if (whole?.type !== "agent.ended") throw new Error(`The log has no end of ${agentId}`);
      expect(hasAskedItsCore(agentId)).toBe(true);
      return whole;
    }
    const { id: approvalId } = next.approval;
    approved.add(approvalId);
    await client.request("approvals.answer", { approvalId, answer: { type: "once" } });
  }
}

const hasAskedItsCore = (agentId: string): boolean =>
  client.events.some(
    (event) => event.type === "syscall.created" && event.agentId === agentId && event.call.kind === "llm",
  );

describe("the offline core", () => {
  test.each(WORDINGS)("$agent: $task", async ({ agent, task, answer, leaves, after }) => {
    if (after !== undefined) expect((await endOf(agent, after)).status).toBe("done");
    expect(await endOf(agent, task)).toMatchObject({ status: "done", answer: expect.stringMatching(answer) });
    if (leaves) expect(readFileSync(join(host.dataFolder, "workspace", leaves[0]), "utf8")).toBe(leaves[1]);
  });

  test("says what it cannot do and how to connect a model", async () => {
    const { answer } = await endOf("maths-tutor", "write me a poem about the sea");
    expect(answer).toMatch(/not a language model/);
    expect(answer).toMatch(/open Models/);
  });
});

describe("web-reader", () => {
  test.each([
    ["Summarise http://HOST/tides", /High water is at noon/],
    ["What is the title of http://HOST/tides?", /Tide tables/],
    ["what does http://HOST/tides say about water?", /High water is at noon/],
    ["please read http://HOST/tides for me", /High water is at noon/],
  ])("%s", async (task, answer) => {
    const asked = pages.asked.length;
    expect(await endOf("web-reader", task.replace("HOST", pages.host))).toMatchObject({
      status: "done",
      answer: expect.stringMatching(answer),
    });
    expect(pages.asked.slice(asked)).toContain("/tides");
  });

  test("a page that is not there is reported, not invented", async () => {
    const { answer } = await endOf("web-reader", `Summarise http://${pages.host}/gone`);
    expect(answer).toMatch(/404|not (?:there|found)/i);
  });

  test("a private address that nobody allowed is not asked, and the answer says why", async () => {
    const other = await startPageServer({ "/tides": PAGE });
    const { answer } = await endOf("web-reader", `Summarise http://${other.host}/tides`);
    await other.close();
    expect(other.asked).toEqual([]);
    expect(answer).toMatch(/private address/);
  });
});
