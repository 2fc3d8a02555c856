import type { Recogniser } from "./intent.ts";
export const recogniseMemory: Recogniser = () => null;
