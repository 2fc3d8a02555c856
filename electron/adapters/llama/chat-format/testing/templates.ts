/**
 * Templates in the manner of the families that differ most. Written for tests: they keep the habits, not the words.
 */
const SYSTEMLESS_STRICT = `{{ bos_token }}{% if messages[0].role == 'system' %}{{ raise_exception('No system role') }}{% endif %}
{%- for m in messages %}
{%- if (m.role == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('Roles must alternate user/assistant/user/assistant/...') }}{% endif %}
{%- set role = 'model' if m.role == 'assistant' else m.role %}
{{- '<start_of_turn>' + role + '\\n' + m.content | trim + '<end_of_turn>\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}{{ '<start_of_turn>model\\n' }}{% endif %}`;

const BRACKETS_STRICT = `{%- if messages[0].role == 'system' %}{%- set system = messages[0].content %}{%- set talk = messages[1:] %}
{%- else %}{%- set system = '' %}{%- set talk = messages %}{%- endif %}
{{- bos_token }}{%- if system %}{{- '[SYSTEM_PROMPT]' + system + '[/SYSTEM_PROMPT]' }}{%- endif %}
{%- if tools %}{{- '[AVAILABLE_TOOLS]' + (tools | tojson) + '[/AVAILABLE_TOOLS]' }}{%- endif %}
{%- set ns = namespace(turn=0) %}
{%- for m in talk %}
{%- if m.role == 'user' or (m.role == 'assistant' and m.tool_calls is undefined) %}
{%- if (m.role == 'user') != (ns.turn % 2 == 0) %}{{- raise_exception('Conversation roles must alternate') }}{%- endif %}
{%- set ns.turn = ns.turn + 1 %}
{%- endif %}
{%- if m.role == 'user' %}{{- '[INST]' + m.content + '[/INST]' }}
{%- elif m.role == 'tool' %}
{%- if m.tool_call_id | length != 9 %}{{- raise_exception('Tool call ids have nine characters') }}{%- endif %}
{{- '[TOOL_RESULTS]' + ({'content': m.content, 'call_id': m.tool_call_id} | tojson) + '[/TOOL_RESULTS]' }}
{%- elif m.tool_calls is defined %}{{- '[TOOL_CALLS][' }}
{%- for c in m.tool_calls %}{{- {'name': c.function.name, 'arguments': c.function.arguments, 'id': c.id} | tojson }}{%- if not loop.last %}{{- ', ' }}{%- endif %}{%- endfor %}
{{- ']' + eos_token }}
{%- elif m.role == 'assistant' %}{{- m.content + eos_token }}
{%- else %}{{- raise_exception('Only user and assistant roles are supported') }}
{%- endif %}
{%- endfor %}`;

const HEADERS_ONE_CALL = `{{- bos_token }}
{%- if messages[0].role == 'system' %}{%- set system = messages[0].content | trim %}{%- set messages = messages[1:] %}{%- else %}{%- set system = '' %}{%- endif %}
{{- '<|start_header_id|>system<|end_header_id|>\\n\\nToday: ' + strftime_now('%d %b %Y') + '\\n' + system }}
{%- if tools is not none %}{{- '\\nFunctions, to be called as {"name": name, "parameters": arguments}:\\n' }}{%- for t in tools %}{{- t | tojson(indent=4) + '\\n' }}{%- endfor %}{%- endif %}
{{- '<|eot_id|>' }}
{%- for m in messages %}
{%- if m.role == 'tool' %}{{- '<|start_header_id|>ipython<|end_header_id|>\\n\\n' + (m.content | tojson) + '<|eot_id|>' }}
{%- elif 'tool_calls' in m %}
{%- if m.tool_calls | length != 1 %}{{- raise_exception('Only single tool calls') }}{%- endif %}
{%- set c = m.tool_calls[0].function %}
{{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n{"name": "' + c.name + '", "parameters": ' + (c.arguments | tojson) + '}<|eot_id|>' }}
{%- else %}{{- '<|start_header_id|>' + m.role + '<|end_header_id|>\\n\\n' + m.content | trim + '<|eot_id|>' }}
{%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}{{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}{%- endif %}`;

const ARGUMENTS_AS_TEXT = `{%- if tools %}{{- '<|im_start|>system\\n' + (tools | tojson) + '<|im_end|>\\n' }}{%- endif %}
{%- for m in messages %}
{{- '<|im_start|>' + m.role + '\\n' + m.content }}
{%- if m.tool_calls %}{%- for c in m.tool_calls %}{{- '<tool_call>{"name": "' + c.function.name + '", "arguments": ' + c.function.arguments + '}</tool_call>' }}{%- endfor %}{%- endif %}
{{- '<|im_end|>\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}`;

const THOUGHTS_TAKEN_OUT = `{%- set ns = namespace(asked=-1) %}
{%- for m in messages %}{%- if m.role == 'user' and not m.content.startswith('<tool_response>') %}{%- set ns.asked = loop.index0 %}{%- endif %}{%- endfor %}
{%- for m in messages %}
{%- set content = m.content %}
{%- if m.role == 'assistant' and '</think>' in content and loop.index0 < ns.asked %}{%- set content = content.split('</think>')[-1].lstrip('\\n') %}{%- endif %}
{{- '<|im_start|>' + m.role + '\\n' + content + '<|im_end|>\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}`;

const FOREIGN_CALLS = `{%- if tools %}{{- '<|im_start|>system\\n' + (tools | tojson) + '<|im_end|>\\n' }}{%- endif %}
{%- for m in messages %}
{{- '<|im_start|>' + m.role + '\\n' + m.content }}
{%- for c in m.tool_calls or [] %}{{- '<call:' + c.function.name + '>' }}{%- for k, v in c.function.arguments | items %}{{- k + '=' + v }}{%- endfor %}{{- '</call>' }}{%- endfor %}
{{- '<|im_end|>\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}`;

const PARTS = `{%- for m in messages %}{{- '<|' + m.role + '|>' }}{%- for part in m.content %}{%- if part.type == 'text' %}{{- part.text }}{%- endif %}{%- endfor %}{{- '<|end|>' }}{%- endfor %}
{%- if add_generation_prompt %}{{- '<|assistant|>' }}{%- endif %}`;

const SYSTEM_AT_THE_END = `{%- if messages[0].role == 'system' %}{%- set system = messages[0].content %}{%- set messages = messages[1:] %}{%- endif %}
{{- bos_token }}{%- for m in messages %}
{%- if m.role == 'user' and loop.last and system is defined %}{{- '[INST]' + system + '\\n\\n' + m.content + '[/INST]' }}
{%- elif m.role == 'user' %}{{- '[INST]' + m.content + '[/INST]' }}
{%- else %}{{- m.content + eos_token }}{%- endif %}
{%- endfor %}`;

export const TEMPLATES = {
  /** As Gemma: no system, no tools, strict turns, another name for the assistant. */
  systemlessStrict: SYSTEMLESS_STRICT,
  /** As Mistral: strict turns, brackets, ids of nine characters. */
  bracketsStrict: BRACKETS_STRICT,
  /** As Llama 3: one call a turn, a date. */
  headersOneCall: HEADERS_ONE_CALL,
  /** As DeepSeek: arguments as JSON text. */
  argumentsAsText: ARGUMENTS_AS_TEXT,
  /** As Qwen 3: thoughts before the last question are left out. */
  thoughtsTakenOut: THOUGHTS_TAKEN_OUT,
  /** Calls in a form that is not JSON. */
  foreignCalls: FOREIGN_CALLS,
  /** As the older Mistral models: the system's words beside the last question. */
  systemAtTheEnd: SYSTEM_AT_THE_END,
  /** Content as a list of parts. */
  parts: PARTS,
} as const;
