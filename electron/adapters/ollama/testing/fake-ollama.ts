import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { z } from "zod";

/** What a chat is answered with in place of the fake's own answer. */
export type FakeAnswer =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body: string }
  | { readonly lines: readonly (object | string)[]; readonly ending: "end" | "drop" | "hang" };

export interface FakeOllamaOptions {
  /** Names with their tags. */
  readonly models?: readonly string[];
  readonly capabilities?: readonly string[];
  readonly trainedTokens?: number;
  /** Parameters of the model's file, such as `num_ctx 4096`. */
  readonly parameters?: string;
  /** It loads no more than this, whatever is asked for. */
  readonly mostTokens?: number;
  /** Before 0.12.6 it knows no `truncate` and drops the beginning of what does not fit. */
  readonly age?: "current" | "old";
  /** What it says, word by word. */
  readonly answer?: string;
  readonly script?: readonly FakeAnswer[];
}

const chatSchema = z.object({
  model: z.string(),
  messages: z.array(z.object({ role: z.string(), content: z.string() })),
  tools: z.array(z.object({ function: z.object({ name: z.string() }) })).default([]),
  options: z.object({ num_ctx: z.number().default(4_096), num_predict: z.number().optional() }).default({
    num_ctx: 4_096,
  }),
  truncate: z.boolean().default(true),
});
const embedSchema = z.object({ model: z.string(), input: z.array(z.string()) });

const wordsOf = (text: string): string[] => text.split(/(?<=\s)/).filter((word) => word !== "");

/**
 * For tests only: a stand-in for Ollama, since the real one cannot be had where the tests run. A real HTTP server on
 * loopback that follows docs/api.md and api/types.go of Ollama: `/api/version`, `show`, `ps`, `chat` (NDJSON, tools,
 * window, continuation of a trailing assistant message), `embed`, and the list of `/v1/models`. A token is a word.
 */
export class FakeOllama {
  readonly #options: FakeOllamaOptions;
  readonly #script: FakeAnswer[];
  readonly #loaded = new Map<string, number>();
  readonly #server = createServer((request, response) => {
    this.#answer(request, response).catch(() => response.destroy());
  });
  readonly requests: { readonly path: string; readonly body: unknown; readonly key: string }[] = [];

  private constructor(options: FakeOllamaOptions) {
    this.#options = options;
    this.#script = [...(options.script ?? [])];
  }

  static async start(options: FakeOllamaOptions = {}): Promise<FakeOllama> {
    const fake = new FakeOllama(options);
    fake.#server.listen(0, "127.0.0.1");
    await once(fake.#server, "listening");
    return fake;
  }

  get port(): number {
    const bound = this.#server.address();
    return typeof bound === "object" && bound !== null ? bound.port : 0;
  }

  /** Of its OpenAI-compatible interface, as people enter it. */
  get baseUrl(): string {
    return `http://127.0.0.1:${this.port}/v1`;
  }

  bodiesOf(path: string): readonly unknown[] {
    return this.requests.filter((request) => request.path === path).map(({ body }) => body);
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = "";
    for await (const part of request.setEncoding("utf8")) text += part;
    const body: unknown = text === "" ? null : JSON.parse(text);
    const path = request.url ?? "/";
    this.requests.push({ path, body, key: request.headers.authorization ?? "" });
    switch (path) {
      case "/api/version":
        return send(response, 200, { version: this.#options.age === "old" ? "0.11.0" : "0.13.0" });
      case "/v1/models":
        return send(response, 200, {
          object: "list",
          data: this.#models.map((id) => ({ id, object: "model", created: 1 })),
        });
      case "/api/show":
        return send(response, 200, {
          parameters: this.#options.parameters ?? "",
          capabilities: this.#options.capabilities ?? ["completion", "tools"],
          model_info: {
            "general.architecture": "llama",
            "llama.context_length": this.#options.trainedTokens ?? 131_072,
          },
        });
      case "/api/ps": {
        const models = [...this.#loaded].map(([name, tokens]) => ({ name, context_length: tokens }));
        return send(response, 200, { models });
      }
      case "/api/embed": {
        const { input } = embedSchema.parse(body);
        const embeddings = input.map((each) => [each.length, wordsOf(each).length, 1]);
        return send(response, 200, { embeddings, prompt_eval_count: 1 });
      }
      case "/api/chat":
        return this.#chat(chatSchema.parse(body), response);
      default:
        response.writeHead(404).end("404 page not found");
    }
  }

  get #models(): readonly string[] {
    return this.#options.models ?? ["llama3.2:3b"];
  }

  async #chat(chat: z.infer<typeof chatSchema>, response: ServerResponse): Promise<void> {
    const name = chat.model.includes(":") ? chat.model : `${chat.model}:latest`;
    const scripted = this.#script.shift();
    if (scripted) return perform(scripted, response);
    if (!this.#models.includes(name)) {
      return send(response, 404, { error: `model '${chat.model}' not found` });
    }
    const most = Math.min(this.#options.mostTokens ?? Infinity, this.#options.trainedTokens ?? Infinity);
    const window = Math.min(chat.options.num_ctx, most);
    this.#loaded.set(name, window);
    const read = chat.messages.reduce((sum, { content }) => sum + wordsOf(content).length, 0);
    if (read > window && this.#options.age !== "old" && !chat.truncate) {
      const message = `request (${read} tokens) exceeds the available context size (${window} tokens), try increasing it`;
      const inner = { error: { code: 400, message, type: "exceed_context_size_error" } };
      return send(response, 400, { error: JSON.stringify(inner) });
    }
    return perform({ lines: this.#linesOf(chat, Math.min(read, window)), ending: "end" }, response);
  }

  #linesOf(chat: z.infer<typeof chatSchema>, promptTokens: number): object[] {
    const tool = chat.tools[0]?.function.name;
    const last = chat.messages.at(-1);
    if (tool !== undefined && last?.role === "user") {
      const calls = [{ function: { name: tool, arguments: { expression: "6 * 7" } } }];
      return [
        { message: { role: "assistant", content: "", tool_calls: calls }, done: false },
        end("stop", promptTokens, 9),
      ];
    }
    const answer = this.#options.answer ?? "The answer is 42.";
    const goesOn = last?.role === "assistant" && answer.startsWith(last.content);
    const words = wordsOf(goesOn ? answer.slice(last.content.length) : answer);
    const said = words.slice(0, chat.options.num_predict ?? words.length);
    return [
      ...said.map(line),
      end(said.length < words.length ? "length" : "stop", promptTokens, said.length),
    ];
  }
}

export const line = (content: string): object => ({
  model: "m",
  created_at: "2026-01-01T00:00:00Z",
  message: { role: "assistant", content },
  done: false,
});

export const end = (reason: string, promptTokens: number, outputTokens: number): object => ({
  message: { role: "assistant", content: "" },
  done: true,
  done_reason: reason,
  prompt_eval_count: promptTokens,
  eval_count: outputTokens,
});

function send(response: ServerResponse, status: number, value: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
}

async function perform(answer: FakeAnswer, response: ServerResponse): Promise<void> {
  if ("status" in answer) {
    response.writeHead(answer.status, answer.headers).end(answer.body);
    return;
  }
  response.writeHead(200, { "content-type": "application/x-ndjson" });
  response.flushHeaders();
  for (const each of answer.lines) {
    response.write(typeof each === "string" ? each : `${JSON.stringify(each)}\n`);
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (answer.ending === "end") response.end();
  // A reader forgets what it has not taken when its connection breaks: let it take the lines first.
  if (answer.ending === "drop") setTimeout(() => response.socket?.destroy(), 20);
}
