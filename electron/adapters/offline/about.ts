import { answerOnly, type Recogniser } from "./intent.ts";
import { introduction } from "./range.ts";

const ABOUT =
  /^(?:hello|hi|hey|help|good (?:morning|afternoon|evening)|who are you|what are you|what(?:'s| is) your name|what (?:can|do) you do|what are you able to do|how (?:can|do) you help(?: me)?|are you (?:an? )?(?:ai|llm|language model|model|gpt|chatgpt|claude|human|real)|thanks|thank you(?: very much)?|how are you(?: doing)?|what's up|bye|goodbye|test|introduce yourself|which model are you|what model are you)(?: there)?$/i;

/** Recognises greetings and questions about the offline core itself. */
export const recogniseAbout: Recogniser = (request) =>
  ABOUT.test(request.text) ? answerOnly("about", introduction()) : null;
