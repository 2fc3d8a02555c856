/** The template for files that have none, or one that cannot be used: many models know its marks. */
export const CHATML =
  "{% for message in messages %}" +
  "{{ '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}" +
  "{% endfor %}" +
  "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";
