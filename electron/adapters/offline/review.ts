import type { Recogniser } from "./intent.ts";
export const recogniseReview: Recogniser = () => null;
