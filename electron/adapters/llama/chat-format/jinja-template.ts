import { Environment, Interpreter, parse, tokenize } from "@huggingface/jinja";

/** What templates read. Names are those of the Transformers library, which templates are written for. */
export interface TemplateInput {
  readonly messages: readonly object[];
  /** null for none. */
  readonly tools: readonly object[] | null;
  readonly openAssistantTurn: "yes" | "no";
  readonly bosToken: string;
  readonly eosToken: string;
}

/** A chat template, parsed. */
export interface JinjaTemplate {
  /** Throws whatever the template or its interpreter throws, and when it takes too many steps or too much room. */
  render(input: TemplateInput): string;
}

const MOST_TEMPLATE_CHARACTERS = 200_000;
const MOST_RANGE = 10_000;
/** Beside the input's size: a template is a stranger's program, and may never end. */
const FREE_STEPS = 200_000;
const STEPS_PER_MESSAGE = 20_000;
const FREE_CHARACTERS = 1_000_000;
const CHARACTERS_PER_CHARACTER = 8;

/** Parses a template. Throws when it is too long or no Jinja. */
export function parseTemplate(source: string): JinjaTemplate {
  if (source.length > MOST_TEMPLATE_CHARACTERS) {
    throw new Error(`it has more than ${MOST_TEMPLATE_CHARACTERS} characters`);
  }
  const program = parse(tokenize(source, { lstrip_blocks: true, trim_blocks: true }));
  return {
    render(input) {
      const size = JSON.stringify([input.messages, input.tools]).length;
      const interpreter = new BoundedInterpreter(environmentOf(input), {
        steps: FREE_STEPS + STEPS_PER_MESSAGE * (input.messages.length + (input.tools?.length ?? 0)),
        characters: FREE_CHARACTERS + CHARACTERS_PER_CHARACTER * size,
      });
      const { value } = interpreter.run(program);
      if (typeof value !== "string") throw new Error("it makes no text");
      return value;
    },
  };
}

function environmentOf(input: TemplateInput): Environment {
  const environment = new Environment();
  const variables: Readonly<Record<string, unknown>> = {
    true: true,
    True: true,
    false: false,
    False: false,
    none: null,
    None: null,
    range: boundedRange,
    raise_exception: (message: unknown) => {
      throw new Error(String(message));
    },
    // A date would make another prompt each day, and what is kept of the old one useless.
    strftime_now: () => "",
    messages: input.messages,
    tools: input.tools,
    documents: null,
    add_generation_prompt: input.openAssistantTurn === "yes",
    bos_token: input.bosToken,
    eos_token: input.eosToken,
    // Beside the system's words, and so in what agents share (Llama 3); thoughts stay where they are (GLM).
    tools_in_user_message: false,
    clear_thinking: false,
  };
  for (const [name, value] of Object.entries(variables)) environment.set(name, value);
  return environment;
}

function boundedRange(start: number, stop?: number, step = 1): number[] {
  const [from, to] = stop === undefined ? [0, start] : [start, stop];
  const length = Math.max(0, Math.ceil((to - from) / step));
  if (!(length <= MOST_RANGE)) throw new Error("it counts too far");
  return Array.from({ length }, (_, index) => from + index * step);
}

/** Ends templates that run on or swell. */
class BoundedInterpreter extends Interpreter {
  #steps: number;
  readonly #characters: number;

  constructor(environment: Environment, most: { readonly steps: number; readonly characters: number }) {
    super(environment);
    this.#steps = most.steps;
    this.#characters = most.characters;
  }

  override evaluate(...node: Parameters<Interpreter["evaluate"]>): ReturnType<Interpreter["evaluate"]> {
    this.#steps -= 1;
    if (this.#steps < 0) throw new Error("it takes too many steps");
    const result = super.evaluate(...node);
    if (typeof result.value === "string" && result.value.length > this.#characters) {
      throw new Error("it makes too much text");
    }
    return result;
  }
}
