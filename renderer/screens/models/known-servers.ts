/** Model servers that are looked for on this machine. */
export const KNOWN_SERVERS = [
  { name: "Ollama", start: "ollama serve", baseUrl: "http://127.0.0.1:11434/v1" },
  { name: "LM Studio", start: "lms server start", baseUrl: "http://127.0.0.1:1234/v1" },
  { name: "llama-server", start: "llama-server -m model.gguf", baseUrl: "http://127.0.0.1:8080/v1" },
  { name: "vLLM", start: "vllm serve <model>", baseUrl: "http://127.0.0.1:8000/v1" },
] as const;
