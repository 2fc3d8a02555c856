import { expect, test } from "vitest";
import { coreId } from "../../../shared/ids.ts";
import { identifyServer, normaliseBaseUrl } from "./server-identity.ts";
import { coreConfig } from "./testing.ts";

test.each([
  ["http://127.0.0.1:11434", "http://127.0.0.1:11434/v1"],
  ["http://127.0.0.1:11434/v1/", "http://127.0.0.1:11434/v1"],
  ["https://ada:pass@models.example/api/v3?key=x#top", "https://models.example/api/v3"],
  ["https://models.example/v1/chat/completions", "https://models.example/v1"],
])("%s is asked at %s", (text, address) => {
  expect(normaliseBaseUrl(text)).toBe(address);
});

test("a server is named by what it is known to be", () => {
  const subject = (changes: Parameters<typeof coreConfig>[2], url = "http://127.0.0.1:1/v1") =>
    identifyServer(coreConfig(url, "m", changes), null).subject;
  expect(subject({ source: "found", id: coreId("lm-studio/m") })).toBe("LM Studio at 127.0.0.1:1");
  expect(subject({ source: "environment" })).toBe("The server of OPENAI_BASE_URL at 127.0.0.1:1");
  expect(subject({ source: "environment" }, "https://api.openai.com/v1")).toBe("OpenAI at api.openai.com");
  expect(subject({ source: "added", title: "Our cluster" })).toBe("Our cluster at 127.0.0.1:1");
  expect(subject({ source: "added", title: "127.0.0.1:1" })).toBe("127.0.0.1:1");
});
