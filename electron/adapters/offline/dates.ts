import type { Recogniser } from "./intent.ts";
export const recogniseDates: Recogniser = () => null;
