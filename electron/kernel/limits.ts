/** Every constant of the kernel, with its reason. Durations are in ms unless the name says otherwise. */

/** Live agents. Ten thousand tables of a few KB are well within a laptop; more is a runaway. */
export const LIVE_AGENTS = 10_000;
/** Waiting calls in one queue. Each live agent may have a few; beyond that the door says `queue-full`. */
export const QUEUE_LENGTH = 50_000;
/** Parallel tool calls that one model answer may ask for. */
export const TOOL_CALLS_PER_TURN = 64;
/** Unread messages of one agent. */
export const MAILBOX_MESSAGES = 100;

/** Events in one commit: what follows from them takes about 3 ms of the event loop, so that nothing holds it for 8. */
export const COMMIT_EVENTS = 640;
/** Pause before a commit is tried again after the disk refused it. */
export const COMMIT_RETRY_MS = 1_000;
/** Pause before a disk that was full is tried again: a person who frees space does not wait, and a full disk is not worn. */
export const DISK_RETRY_MS = 2_000;
/** Between two looks at how full the disk is: sizes of folders are walked for it. */
export const DISK_MEASURE_MS = 30_000;
/** Looks that are left out while nothing is logged: other programs fill a disk too, but slowly enough. */
export const DISK_MEASURES_LEFT_OUT = 9;
/** What must have moved to be told: less cannot be seen in the status bar. */
export const DISK_TOLD_BYTES = 1_000_000;
export const DISK_TOLD_SHARE = 0.01;
/** Committed events kept in memory for sessions that lag. */
export const FEED_EVENTS = 8_192;
/** Characters of text that those events may hold. */
export const FEED_CHARACTERS = 32_000_000;
/** Events between two checkpoints of the state: a start replays at most this many. */
export const CHECKPOINT_EVENTS = 20_000;
/** Events read from the log in one go when an agent's context is rebuilt. */
export const READ_EVENTS = 1_000;

/** A stream is flushed to the log at least this often (the durability contract allows 250). */
export const STREAM_FLUSH_MS = 100;
/** What one priority level is worth in the priority policy: it goes before whoever came this much earlier. */
export const AGING_MS_PER_LEVEL = 10_000;

/** Slots of the modules that are not models. Their work is short; a few at once hide the disk's latency, and those of memory are committed together. */
export const MEMORY_SLOTS = 16;
export const STORAGE_SLOTS = 4;
/** Tool calls that run at once over all tools. */
export const TOOL_SLOTS = 16;

/** A rate-limited call waits its turn in our queue this often before it fails. */
export const RATE_LIMIT_ATTEMPTS = 6;
/** Attempts at a call whose server failed or broke off. */
export const SERVER_ATTEMPTS = 3;
/** First pause after a failure; doubled each time, with jitter. */
export const BACKOFF_FIRST_MS = 500;
export const BACKOFF_LONGEST_MS = 30_000;
/** Longest `Retry-After` we wait for; a server that asks for more has failed. */
export const RETRY_AFTER_LONGEST_MS = 120_000;
/** Failures in a row that open a core's circuit, and how long it stays open. */
export const CIRCUIT_FAILURES = 5;
export const CIRCUIT_OPEN_MS = 10_000;

/** Calls that one queue starts in one turn of the event loop: about 4 ms of work when each ends at once. */
export const STARTS_PER_TURN = 256;

/** Bytes of UTF-8 of a tool result that a model reads whole. What is longer goes to a file, and the model reads its beginning. */
export const RESULT_BYTES = 65_536;
/** Characters of that beginning: about 2,000 tokens, enough to see what it is and whether the rest is wanted. */
export const RESULT_BEGINNING_CHARACTERS = 8_000;
/** Characters that one `read_result` returns: of any script they fit into RESULT_BYTES. */
export const READ_RESULT_CHARACTERS = 16_000;
/** Longest text that is kept; encoding it takes about 3 ms of the event loop. */
export const RESULT_KEPT_CHARACTERS = 8_000_000;
/** Images of one result, and bytes of each: what a screen still shows at once. */
export const RESULT_IMAGES = 16;
export const RESULT_IMAGE_BYTES = 5_000_000;
/** Characters of the changed arguments that the model is told of. */
export const EDITED_ARGUMENTS_CHARACTERS = 2_000;
/** Characters that one tool call streams to screens: a long build's log. The result is not made of it. */
export const OUTPUT_CHARACTERS = 256_000;
/** Screens see the progress of a call at most this often, and this much of its words. */
export const PROGRESS_MS = 100;
export const PROGRESS_CHARACTERS = 200;
/** The same for downloads and installations; and how many of them may be under way. */
export const JOB_PROGRESS_MS = 250;
export const JOBS_RUNNING = 8;

/** Window of a model file where nobody chose one, if it was trained for more: what most tasks need, at a bearable price in memory. */
export const LOCAL_CONTEXT_TOKENS = 8_192;
export const LOCAL_LEAST_CONTEXT_TOKENS = 256;
/** States of waiting agents beside those of all slots, for which memory is kept; and the share of the free memory that all may take. */
export const LOCAL_WAITING_STATES = 2;
export const LOCAL_MEMORY_SHARE = 0.25;
/** Disk for states that memory has no room for. */
export const LOCAL_KV_DISK_BYTES = 2_000_000_000;
/** Text of a file in an approval's preview, each side. */
export const PREVIEW_CHARACTERS = 64_000;
/** Bytes of a file that gets versions: it is read whole into memory to be kept. */
export const VERSIONED_FILE_BYTES = 64_000_000;
/** Entries that one move, copy or deletion of a folder may take along: their versions go to the disk in one piece. Files that are read at once for it. */
export const CHANGE_FILES = 2_000;
export const FILES_READ_AT_ONCE = 8;
/** Files of the records that one scan compares with the tree at a time. */
export const PRESENT_PAGE = 500;
/** New versions after which those beyond the limits are let go: seldom enough to cost nothing, often enough to bound them. */
export const PRUNED_AFTER_VERSIONS = 500;
/** Looks at a file that another program changes all the while, and starts of a change that it gets in the way of. */
export const FILE_LOOKS = 5;
/** Bytes of a file that read_file returns, and that write_file takes. */
export const FILE_BYTES = 1_000_000;
/** Files and folders in a folder that one call moves, copies or deletes: each makes a version, and is looked at first. */
export const FOLDER_FILES = 2_000;
/** Effects that one call on files names; what is in a larger folder is summed up, and asked about. */
export const FILE_EFFECTS = 500;
/** The same for a plan: three for each of its steps, and what is in its folders. */
export const PLAN_EFFECTS = 2_000;
/** Text of all files that one plan writes, in characters: an event holds it. */
export const PLAN_CHARACTERS = 2_000_000;
/** Files that a plain-language request is looked for among, and lines that one of its words may be found in. */
export const PLAN_FILES = 10_000;
export const PLAN_FOUND = 2_000;
/** Files near in meaning that a plan takes where none has the words: a guess, which the person looks at. */
export const PLAN_NEAR = 20;
/** Answers of a model until its plan is whole: it looks at folders and files first. */
export const PLAN_ROUNDS = 12;
/** Characters of what a model reads while it plans; more fills the windows of small models. */
export const PLAN_READ_CHARACTERS = 60_000;
/** Agents, and files of each, of which it is known what they have seen: as many as work at once. Some 130,000 entries at most. */
export const SEEN_AGENTS = 512;
export const SEEN_FILES = 256;
/** Versions that file_versions lists. */
export const VERSIONS_LISTED = 50;
/** Items of one owner: what search over all of them is measured with. */
export const MEMORY_ITEMS = 100_000;
/** Share of an owner's RAM budget above which items leave it: the AIOS paper's. */
export const MEMORY_WATERMARK = 0.8;
/** Uses of an item closer together than this count once: they are of one turn of an agent. The LRU-K paper's 5 s. */
export const MEMORY_CORRELATED_MS = 5_000;
/** Share of an owner's items in RAM that are not evicted because they are in use right now: more than one turn recalls. */
export const MEMORY_NEAR_SHARE = 1 / 8;
/** Share of the budget for what is known of the uses of items that left RAM: some hundred items of a usual budget. */
export const MEMORY_HISTORY_SHARE = 1 / 16;
/** Items that leave RAM in one turn of the event loop: about 2 ms. */
export const MEMORY_EVICTED_AT_ONCE = 1_000;
/** Ids named by an event of evictions or loads; the rest is counted. */
export const MEMORY_IDS_NAMED = 8;
/** Uses that are not yet on disk: written when there are so many, or after so many ms. A crash loses them. */
export const MEMORY_USES_HELD = 256;
export const MEMORY_USES_MS = 2_000;
/** Links of one item. */
export const MEMORY_LINKS = 50;
/** Items looked at for near-duplicates of one that is added. */
export const MEMORY_CANDIDATES = 8;
/** Hits of a search on the Memory screen: more than anybody reads. */
export const MEMORY_SEARCHED = 400;

/** Bytes of a file that is read for the search: a long illustrated PDF. */
export const FILE_INDEX_BYTES = 20_000_000;
/** Paths that wait to be read; with more the whole tree is looked through again. */
export const FILES_WAITING = 250_000;
/** Screens see how far the index is at most this often. */
export const INDEX_PROGRESS_MS = 250;
/** Pause before the index is tried again after its disk refused it. */
export const INDEX_RETRY_MS = 30_000;
/** Files not yet in the index that a search reads itself: those that have just changed. */
export const UNINDEXED_SEARCHED = 50;
/** Characters of a hit's text, and how many of them stand before its first word. */
export const HIT_CHARACTERS = 240;
export const HIT_LEAD_CHARACTERS = 60;

/** Bytes of one file that is shared, and of each in a shared folder: it is in memory while it is read. */
export const SHARED_FILE_BYTES = 64_000_000;
/** Bytes and files of a shared folder: what a zip without extensions takes, and a download in reasonable time. */
export const SHARED_FOLDER_BYTES = 2_000_000_000;
export const SHARED_FOLDER_FILES = 10_000;
/** Screens see downloads at most this often, however often an address is asked for. */
export const SHARE_USED_MS = 1_000;
/** Minutes that a share lives where nobody says. */
export const SHARE_MINUTES = 60;

/** Time that `stop` gives running calls with effects to end, so that a quit leaves no outcome unknown. */
export const STOP_GRACE_MS = 2_000;
export const STOP_POLL_MS = 10;
/** Agents in the demo fleet. */
export const FLEET_AGENTS = 12;

/** Tools offered to a model in one call; read_result comes beside them, and the common model APIs take 128. */
export const TOOLS_OFFERED = 127;
/** Characters of a tool's name: what model APIs take. */
export const TOOL_NAME_CHARACTERS = 64;
/** Time in which a server must be up with its tools read. A package may have to be fetched first. */
export const SERVER_START_MS = 60_000;
/** Pause before a crashed server is started again; doubled each time. */
export const SERVER_BACKOFF_FIRST_MS = 1_000;
export const SERVER_BACKOFF_LONGEST_MS = 30_000;
/** Crashes within this time, or starts in a row that failed, after which only the person starts it again. */
export const SERVER_CRASHES = 3;
export const SERVER_CRASH_WINDOW_MS = 60_000;
/** Pause between two readings of a server's tools, however often it says that they have changed. */
export const SERVER_REREAD_MS = 500;
/** Characters of all tool definitions of one server: an event holds them each time that they change. */
export const SERVER_DEFINITIONS_CHARACTERS = 500_000;
/** Time that the end of a connection may take before nobody waits for it any more. */
export const SERVER_CLOSE_MS = 5_000;
/** Bound on one call whatever happens. The person's own stands still while a question is open, and begins again with progress. */
export const SERVER_CALL_LONGEST_MS = 4 * 3_600_000;
/** Questions to models that one server may have under way, and characters of one. */
export const SERVER_SAMPLES = 4;
/** Questions to models, and to the person, that one server may ask in a minute, those included that it takes back. */
export const SERVER_SAMPLES_A_MINUTE = 300;
export const SERVER_ELICITATIONS_A_MINUTE = 30;
export const SAMPLE_CHARACTERS = 200_000;
/** Open questions of one server to the person; more than a person would answer. */
export const SERVER_ELICITATIONS = 4;
/** Characters of such a question, of its schema as JSON, and fields of its form. */
export const ELICITATION_CHARACTERS = 4_000;
export const ELICITATION_SCHEMA_CHARACTERS = 16_000;
export const ELICITATION_FIELDS = 32;
/** Log lines of one server that are kept in a second, and characters of one. */
export const SERVER_LOG_LINES = 20;
export const SERVER_LOG_CHARACTERS = 2_000;

/** Patterns, and targets, that stay taken apart for the next look: more than all rules and one call's effects; 4 MB at most. */
export const GLOB_TEXTS_KEPT = 4_096;
/** Characters of those that stay: what a pattern may have. */
export const GLOB_TEXT_CHARACTERS = 500;

/** Tokens that a chat template puts round one message: the marks of its role and of its end. ChatML takes 4 to 5. */
export const MESSAGE_OVERHEAD_TOKENS = 4;
/** Counts of texts kept of one core, and characters of those texts: a hundred long contexts; their strings live in the contexts anyway. */
export const TOKEN_COUNTS_KEPT = 20_000;
export const TOKEN_COUNT_CHARACTERS = 32_000_000;
/** Characters that are counted in one turn of the event loop: tokenizers in JavaScript read 5 to 10 million a second. */
export const TOKEN_BATCH_CHARACTERS = 16_000;

/** Tokens of a window that are kept free for the answer, at most, and the largest share of a small window. */
export const ANSWER_RESERVE_TOKENS = 4_096;
export const ANSWER_RESERVE_SHARE = 0.25;
/** What parts may take of the window beside the answer: a sixth says who one is, a quarter takes 30 tools, the rest is the work's. */
export const SYSTEM_SHARE = 0.15;
export const TOOLS_SHARE = 0.25;
export const MEMORY_SHARE = 0.15;
/** Share of the window beside the answer above which a context is made smaller: one more turn with a long result still fits. */
export const COMPACTION_HIGH_MARK = 0.85;
/** Share down to which it is made smaller: far below, so that many turns pass with the same beginning, which servers keep in a cache. */
export const COMPACTION_LOW_MARK = 0.55;
/** Least share of the window that a compaction must win before the window is really full: else each turn would bring one. */
export const COMPACTION_LEAST_GAIN = 0.1;
/** What a context comes down to, as a share of itself, when the person asks or a server with an unknown window refuses it. */
export const COMPACTION_SHARE_OF_ITSELF = 0.6;
/** Last turns that stay as they are: what the model is working with right now. */
export const TURNS_LEFT_ALONE = 3;
/** Old results longer than this give way; what is shorter is hardly longer than the line in its place. */
export const RESULT_REMOVED_FROM_TOKENS = 200;
/** Old results longer than this give way before all others. */
export const RESULT_LONG_TOKENS = 1_000;
/** Most tokens of the line that stands for a removed result, says that a message was cut, or begins a summary. */
export const REDUCTION_LINE_TOKENS = 48;
/** Least tokens that stay of a message that is cut: enough to see what it was. Shorter ones than twice that are never cut. */
export const CUT_LEAST_TOKENS = 128;
/** Most tokens of a summary, and the largest share of the window that it takes. */
export const SUMMARY_TOKENS = 1_200;
export const SUMMARY_SHARE = 0.1;
/** Characters of a summary that are read at most: SUMMARY_TOKENS of long words. */
export const SUMMARY_CHARACTERS = 8_000;
/** Characters of the turns that a summary is made of: what a model with a large window reads for some cents. */
export const SUMMARISED_CHARACTERS = 400_000;

/**
 * A server that reports less than this share of the least that a prompt can have been, by who counted, has dropped
 * something. Tokenizers differ from the template by little, a library's model may be another of its family.
 */
export const TRUNCATION_SHARE = { tokenizer: 0.9, library: 0.75, estimate: 0.75 } as const;
/** And it must be this many tokens less: on a short prompt a template's own words weigh more. */
export const TRUNCATION_TOKENS = 256;
/** No server has so small a window: one that reports less than this counts only what was not in its cache. */
export const TRUNCATION_LEAST_REPORTED = 256;
