import type { Recogniser } from "./intent.ts";
export const recogniseWeb: Recogniser = () => null;
