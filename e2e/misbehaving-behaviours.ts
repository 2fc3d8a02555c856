import type { CustomBehaviour } from "./misbehaving-server.ts";

/** What a behaviour may look at. */
export interface ChatRequest {
  readonly model: string;
  readonly messages: readonly { readonly role?: unknown; readonly content?: unknown }[];
  readonly tools: readonly { readonly function?: { readonly name?: unknown } }[];
  /** Names of the fields of the request. */
  readonly fields: readonly string[];
  readonly key: string;
}

interface Scene {
  readonly chat: ChatRequest;
  readonly answer: string;
  readonly toolArguments: Readonly<Record<string, unknown>>;
  readonly retryAfterSeconds: number;
  /** How many chat completions the server was asked for with this one. */
  readonly turn: number;
}

type Made = CustomBehaviour | "hang" | "drop";

/** Arguments that no careful reader mends: what stands after the comma is missing. */
const BROKEN_ARGUMENTS = '{"expression": "6 * 7", "unit": ';
const USAGE = { prompt_tokens: 11, completion_tokens: 5, total_tokens: 16 };

export const chunk = (delta: object, finishReason: string | null = null): string =>
  event({
    id: "chatcmpl-1",
    object: "chat.completion.chunk",
    created: 1,
    model: "stand-in",
    choices: [{ index: 0, delta, finish_reason: finishReason }],
  });
export const event = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`;
const usageOf = (usage: object): string => event({ id: "chatcmpl-1", choices: [], usage });
export const usageChunk = usageOf(USAGE);
export const DONE = "data: [DONE]\n\n";

const stream = (pieces: readonly string[]): CustomBehaviour => ({ pieces, ending: "end" });
const words = (text: string): string[] => text.split(/(?<=\s)/).map((word) => chunk({ content: word }));
const say = (text: string, usage: string = usageChunk): CustomBehaviour =>
  stream([chunk({ role: "assistant", content: "" }), ...words(text), chunk({}, "stop"), usage, DONE]);

/** The window of a server that drops the beginning of whatever is longer, in tokens. */
const SMALL_WINDOW = 512;

const refuse = (
  status: number,
  error: object,
  headers: Readonly<Record<string, string>> = {},
): CustomBehaviour => ({ status, headers, body: JSON.stringify({ error }) });

/** What the behaviours say that break off or continue; long enough for a repetition to be told from chance. */
export const LONG_ANSWER =
  "Air scatters blue light far more than red light, and so the sky looks blue by day.";

const isPrefilled = (chat: ChatRequest): boolean => chat.messages.at(-1)?.role === "assistant";

/** The first words of the long answer, and then the connection breaks. */
const breakOff = (): CustomBehaviour => ({ pieces: words(LONG_ANSWER).slice(0, 7), ending: "drop" });

const isAnswered = (chat: ChatRequest): boolean => chat.messages.at(-1)?.role === "tool";
const lastContent = (chat: ChatRequest): string => String(chat.messages.at(-1)?.content ?? "");

/** The first tool of the request, called with these arguments in two pieces. */
function callTool(chat: ChatRequest, text: string): CustomBehaviour {
  const name = chat.tools[0]?.function?.name ?? "missing_tool";
  const half = Math.ceil(text.length / 2);
  // An id is never used twice in one conversation.
  const id = `call_${chat.messages.length}`;
  const first = { index: 0, id, type: "function", function: { name, arguments: "" } };
  const piece = (part: string) => chunk({ tool_calls: [{ index: 0, function: { arguments: part } }] });
  return stream([
    chunk({ role: "assistant", tool_calls: [first] }),
    piece(text.slice(0, half)),
    piece(text.slice(half)),
    chunk({}, "tool_calls"),
    usageChunk,
    DONE,
  ]);
}

function tools({ chat, answer, toolArguments }: Scene): CustomBehaviour {
  if (isAnswered(chat)) return say(lastContent(chat));
  return chat.tools.length === 0 ? say(answer) : callTool(chat, JSON.stringify(toolArguments));
}

/** All behaviours by name. A model of the same name gets the behaviour. */
export const NAMED_BEHAVIOURS = {
  /** Streams the answer word by word and reports usage. */
  good: ({ answer }: Scene): Made => say(answer),
  /** Reads the end of the prompt alone, as Ollama does without a word, and says how little that was. */
  truncating: ({ answer }: Scene): Made =>
    say(answer, usageOf({ ...USAGE, prompt_tokens: SMALL_WINDOW, total_tokens: SMALL_WINDOW + 5 })),
  /** Calls the first tool with the arguments of the options, then answers with the tool's result. */
  tools: (scene: Scene): Made => tools(scene),
  /** Answers with one JSON body although a stream was asked for. */
  "whole-json": ({ answer }: Scene): Made => ({
    status: 200,
    body: JSON.stringify({
      object: "chat.completion",
      choices: [{ index: 0, message: { role: "assistant", content: answer }, finish_reason: "stop" }],
      usage: USAGE,
    }),
  }),
  /** Knows no `stream_options`. */
  "no-stream-options": ({ chat, answer }: Scene): Made =>
    chat.fields.includes("stream_options")
      ? refuse(400, { message: "Unrecognized request argument supplied: stream_options" })
      : stream([...words(answer), chunk({}, "stop"), DONE]),

  unauthorised: ({ chat }: Scene): Made =>
    refuse(401, { message: `Incorrect API key provided: ${chat.key}`, code: "invalid_api_key" }),
  forbidden: ({ chat }: Scene): Made => refuse(403, { message: `${chat.key} may not use this model` }),
  missing: ({ chat }: Scene): Made =>
    refuse(404, { message: `model "${chat.model}" not found for ${chat.key}`, type: "not_found_error" }),
  "rate-limited": ({ chat, retryAfterSeconds }: Scene): Made =>
    refuse(
      429,
      { message: `Rate limit reached for ${chat.key}`, code: "rate_limit_exceeded" },
      { "retry-after": String(retryAfterSeconds) },
    ),
  "no-quota": ({ chat }: Scene): Made =>
    refuse(
      429,
      { message: `You exceeded your current quota (${chat.key})`, code: "insufficient_quota" },
      { "retry-after": "5" },
    ),
  "server-error": ({ chat }: Scene): Made =>
    refuse(500, { message: `worker crashed while serving ${chat.key}`, type: "server_error" }),
  "too-long": ({ chat }: Scene): Made =>
    refuse(400, {
      message: `This model's maximum context length is 4096 tokens. However, ${chat.key} requested 9000 tokens.`,
      code: "context_length_exceeded",
    }),
  "bad-request": ({ chat }: Scene): Made =>
    refuse(400, { message: `temperature out of range for ${chat.key}`, type: "invalid_request_error" }),

  /** Takes the request and never answers. */
  hang: (): Made => "hang",
  /** Sends half an answer and then nothing more. */
  stall: (): Made => ({ pieces: words("Half of an answer "), ending: "hang" }),
  /** Closes the connection without an answer. */
  "drop-early": (): Made => "drop",
  /** Closes the connection in the middle of the answer. */
  drop: (): Made => ({ pieces: words("Half of an answer "), ending: "drop" }),
  /** Breaks off the long answer, and continues one that stands last among the messages. */
  "drop-then-continue": ({ chat }: Scene): Made =>
    isPrefilled(chat) ? say(LONG_ANSWER.slice(lastContent(chat).length)) : breakOff(),
  /** Breaks off the long answer once, and ignores what stands last among the messages after. */
  "drop-then-repeat": ({ turn }: Scene): Made => (turn === 1 ? breakOff() : say(LONG_ANSWER)),
  /** Breaks off the long answer once, and refuses to continue one. */
  "drop-then-refuse": ({ chat, turn }: Scene): Made => {
    if (turn === 1) return breakOff();
    return isPrefilled(chat)
      ? refuse(400, { message: "Assistant response prefill is incompatible with enable_thinking." })
      : say(LONG_ANSWER);
  },
  /** Says the whole long answer, also when its beginning stands last among the messages: Mistral's way. */
  "continue-with-prefix": ({ chat }: Scene): Made => (isPrefilled(chat) ? say(LONG_ANSWER) : breakOff()),
  /** Ends the stream properly, but in the middle of the answer. */
  "cut-off": (): Made => stream(words("Half of an answer ")),
  /** A web page, as a proxy or a captive portal sends it. */
  html: ({ chat }: Scene): Made => ({
    status: 200,
    headers: { "content-type": "text/html" },
    body: `<!doctype html><html><body><h1>Welcome</h1><p>${chat.key}</p></body></html>`,
  }),
  /** Text that is neither JSON nor a stream. */
  "plain-text": ({ chat }: Scene): Made => ({ pieces: [`It works! ${chat.key}\n`], ending: "end" }),
  /** A stream whose second event is not JSON. */
  "bad-json": ({ chat }: Scene): Made =>
    stream([...words("Half "), `data: {"choices": [{"delta": ${chat.key}\n\n`, DONE]),
  /** An error object in the middle of the stream, with a code that HTTP would call 429. */
  "error-in-stream": ({ chat }: Scene): Made =>
    stream([...words("Half "), event({ error: { message: `slow down, ${chat.key}`, code: 429 } })]),
  /** An error object in the middle of the stream that says nothing about its kind. */
  "unknown-error-in-stream": ({ chat }: Scene): Made =>
    stream([...words("Half "), event({ error: { message: `something broke for ${chat.key}` } })]),
  /** Goes on for as long as anybody reads, far beyond every limit. */
  endless: (): Made => ({
    pieces: Array.from({ length: 600 }, () => chunk({ content: "and so on ".repeat(1_000) })),
    ending: "hang",
  }),

  /** Arguments that can be mended without asking: single quotes and a trailing comma. */
  "sloppy-tool-json": (scene: Scene): Made =>
    isAnswered(scene.chat) ? tools(scene) : callTool(scene.chat, "{'expression': '6 * 7',}"),
  /** Broken arguments whenever it calls. */
  "bad-tool-json": (scene: Scene): Made =>
    isAnswered(scene.chat) ? tools(scene) : callTool(scene.chat, BROKEN_ARGUMENTS),
  /** Broken arguments at first, right ones when told of it, then the tool's result as the answer. */
  "bad-tool-json-then-good": (scene: Scene): Made =>
    isAnswered(scene.chat) ||
    JSON.stringify(scene.chat.messages).includes(JSON.stringify(BROKEN_ARGUMENTS).slice(1, -1))
      ? tools(scene)
      : callTool(scene.chat, BROKEN_ARGUMENTS),
} as const satisfies Record<string, (scene: Scene) => Made>;

export const isBehaviourName = (name: string): name is keyof typeof NAMED_BEHAVIOURS =>
  Object.hasOwn(NAMED_BEHAVIOURS, name);
