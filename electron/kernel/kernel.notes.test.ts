import { describe, expect, test } from "vitest";
import { PERSON } from "../../shared/memory-owners.ts";
import { createOfflineCore } from "../adapters/offline-core.ts";
import { settle } from "./testing/manual-clock.ts";
import { modelError, type Script, says } from "./testing/scripted-core.ts";
import { type Started, type StartOptions, useKernels } from "./testing/use-kernels.ts";

const start = useKernels();

/** Files a note with the first of the others, a keyword and two tags; as models do, in a fence. */
const files: Script = ({ messages }) => {
  const prompt = messages.at(-1)?.content ?? "";
  const ids = [...prompt.matchAll(/"id":"(m\d+)"/g)].map((match) => match[1]);
  const answer = { keywords: ["anniversary"], tags: ["People", "dates"], links: [ids[1] ?? "m9", "m999"] };
  return says(`\`\`\`json\n${JSON.stringify(answer)}\n\`\`\``);
};

async function withNotes(script: Script, options: StartOptions = {}): Promise<Started> {
  const started = await start(script, options);
  await started.handlers["settings.update"]({ memoryNotes: "on" });
  return started;
}

const add = ({ handlers }: Started, text: string) =>
  handlers["memory.add"]({ owner: PERSON, text, tags: [], metadata: {} });
const noteCalls = ({ kernel }: Started) =>
  kernel
    .eventsOf("syscall.created")
    .filter(({ call }) => call.kind === "llm" && call.purpose === "memory-notes");
const noted = ({ kernel }: Started) =>
  kernel.eventsOf("memory.changed").filter(({ change }) => change === "noted");

describe("notes by a model", () => {
  test("bring keywords, tags and links to what is there, and to nothing else", async () => {
    const it = await withNotes(files);
    const { id: ada } = await add(it, "Ada was born on 10 December");
    await it.kernel.clock.until(() => noted(it).length === 1);
    const { id: cake } = await add(it, "The cake for Ada is ordered for 10 December");
    await it.kernel.clock.until(() => noted(it).length === 2);
    const { item, links } = await it.handlers["memory.item"]({ owner: PERSON, id: cake });
    expect(item).toMatchObject({ keywords: ["anniversary"], tags: ["people", "dates"] });
    expect(links.map((link) => link.id)).toEqual([ada]);
    expect(noted(it)[0]).toMatchObject({ by: null });
    expect(noteCalls(it)[0]).toMatchObject({ agentId: null, caller: { type: "kernel" }, priority: 1 });
    expect(it.core.requests[0]?.responseSchema).toMatchObject({ type: "object" });
  });

  test("that are no notes, or do not come, leave the item as it is; the log has the calls", async () => {
    const it = await withNotes((_, call) =>
      call === 1 ? says("I would rather not.") : modelError("model-bad-request"),
    );
    const { id } = await add(it, "Ada was born on 10 December");
    await add(it, "The bus leaves at nine");
    await it.kernel.clock.until(() => it.kernel.eventsOf("syscall.failed").length === 1);
    await settle();
    expect(noted(it)).toEqual([]);
    expect((await it.handlers["memory.item"]({ owner: PERSON, id })).item).toMatchObject({
      keywords: [],
      tags: [],
    });
  });

  test("are not asked for by default, nor of a core that is no language model", async () => {
    const it = await start(files);
    await add(it, "Ada was born on 10 December");
    await settle();
    expect(noteCalls(it)).toEqual([]);
    const { clock } = it.kernel;
    const offline = await withNotes(files, {
      cores: [createOfflineCore({ clock, tokensPerSecond: () => 60 })],
    });
    await add(offline, "Ada was born on 10 December");
    await settle();
    expect(noteCalls(offline)).toEqual([]);
  });
});
