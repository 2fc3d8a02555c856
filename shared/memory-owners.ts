import type { MemoryOwner } from "./memory.ts";

export const PERSON = "person" as MemoryOwner;
export const agentMemory = (name: string): MemoryOwner => `agent:${name}` as MemoryOwner;
export const groupMemory = (name: string): MemoryOwner => `group:${name}` as MemoryOwner;
