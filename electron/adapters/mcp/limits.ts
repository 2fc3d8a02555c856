/** Bounds of connections to MCP servers, with their reasons. Durations are in ms. */

/** Bytes of one message: two images of the largest size that is kept, as base64. A longer one is a fault or an attack. */
export const MESSAGE_BYTES = 16_000_000;
/** Messages handled in one turn of the event loop: about 2 ms of work. */
export const MESSAGES_PER_TURN = 64;
/** Messages to a server that it has not read yet: what it is sent with 64 calls at once is far below. */
export const UNREAD_MESSAGES = 10_000;
/** Tools, resources or prompts that one list may hold over all its pages, and pages of it. */
export const LISTED = 1_000;
export const LIST_PAGES = 100;
/** Characters of such a list as JSON; beyond that no model could be told of it. */
export const LISTED_CHARACTERS = 4_000_000;

/** Time for a server to answer the first question. A package may have to be fetched first. */
export const CONNECT_MS = 60_000;
/** Time for the setting of the log level, which nobody waits for. */
export const SET_LEVEL_MS = 10_000;
/** One call lasts at most this long, however often it says that it goes on: the longest time limit of a server. */
export const CALL_LONGEST_MS = 3_600_000;

/** A server that is asked to end: time after the end of its input, after SIGTERM, and after SIGKILL. Together under the 5 s that the kernel waits. */
export const INPUT_END_MS = 1_000;
export const TERMINATE_MS = 1_500;
export const KILL_MS = 1_000;
/** Pause between two looks at whether a process group is gone. */
export const GROUP_POLL_MS = 25;
/** Time in which the last output of an ended server is still read: its own children may hold the pipe open. */
export const LAST_OUTPUT_MS = 500;
/** Time for an HTTP server to end the session. */
export const END_SESSION_MS = 1_500;
/** Tries in a row to open an HTTP server's stream again, after which it is taken for gone. */
export const HTTP_RECONNECTS = 3;

/** Characters of a line of a server's log, and of its last words in an error. */
export const LOG_LINE_CHARACTERS = 2_000;
export const LAST_WORDS_CHARACTERS = 600;
/** Characters of an error that a server answers with. */
export const ERROR_CHARACTERS = 4_000;
/** A shorter secret, such as `true`, stands in many a text by chance and is not taken out of it. */
export const SECRET_CHARACTERS = 8;

/**
 * Objects in a JSON Schema that arguments are held against. Compiling one takes about 0.07 ms for each, once: 1 ms for
 * an ordinary tool, and 70 ms at this bound.
 */
export const SCHEMA_PARTS = 1_000;
/** Time that one validation may take in patterns that need a watch; an ordinary one takes some µs. */
export const PATTERNS_MS = 50;
/** A match that cannot take more steps than this (about 1 ms) is made without a watch, which costs 0.1 ms. */
export const PATTERN_DIRECT_STEPS = 100_000;
/** Characters of the sentence that says what does not fit: lists of allowed values may be long. */
export const FAULTS_CHARACTERS = 2_000;
/** Faults that one sentence names. */
export const FAULTS_NAMED = 5;
