/** Bounds of the state that screens share. The kernel's own constants are in electron/kernel/limits.ts. */

/** Ended agents kept in the state; older ones are still in the log. Two screens of a long day's work. */
export const ENDED_AGENTS_KEPT = 1_000;
/** Answered approvals kept for the Inbox's history. */
export const DECIDED_APPROVALS_KEPT = 100;
/** Items of one agent's transcript kept in a screen; a run has at most 200 steps of a few calls. */
export const TRANSCRIPT_ITEMS_KEPT = 4_000;
/** Agents listed as interrupted by the last restart; the table shows the others anyway. */
export const RECOVERED_KEPT = 200;
/** Candidates kept in a scheduling decision: enough to see who was next, cheap enough for every call. */
export const DECISION_CANDIDATES = 4;
/** Sources of taint, and of private data, kept on one context: enough to see where it comes from. */
export const MARK_SOURCES_KEPT = 16;
/** Files known to be of outside origin; the oldest are forgotten first, with the folder rule as the net below. */
export const MARKED_FILES_KEPT = 10_000;
/** Wildcards in one pattern: twice what anybody needs; at worst 10,000 characters then take a few ms to match. */
export const PATTERN_WILDCARDS = 8;
/** Rules, groups and servers that a person can keep. */
export const RULES_KEPT = 500;
export const GROUPS_KEPT = 100;
export const SERVERS_KEPT = 64;
/** Tools of one server; twice as many as a model can be offered. */
export const SERVER_TOOLS = 256;
/** Lines of a server's own log that screens see; older ones are in the log. */
export const SERVER_LOG_LINES_KEPT = 200;
/** Tools whose calls are counted; far more than a model can be offered. */
export const TOOL_STATS_KEPT = 4_000;
/** Time in which a request is answered before it is denied as expired, in ms. */
export const APPROVAL_MS = 5 * 60_000;
/** Alike low-risk requests made within this time are one card in Inbox, in ms. */
export const ALIKE_MS = 400;
/** Ended downloads and installations that stay listed. */
export const JOBS_KEPT = 20;
/** Snapshots of one agent that are listed, newest first, and those that the person pinned beside them. */
export const SNAPSHOTS_KEPT = 100;
export const PINNED_SNAPSHOTS = 50;
/** Effects named by a rewind; the rest is counted. */
export const STAYING_EFFECTS_KEPT = 50;
/** Owners of memory whose sums screens see; each agent of a catalogue is one, and the rest is on disk. */
export const MEMORY_OWNERS_KEPT = 1_000;
/** Evictions and loads that screens see as they happen. */
export const MEMORY_MOVES_KEPT = 100;
/** Removed items of one owner that can be restored: a clearing-up gone wrong, not an archive. */
export const MEMORY_REMOVED_KEPT = 100;
/** Merges of one item that can be undone; each holds two items in full. */
export const MEMORY_MERGES_KEPT = 20;
/** Changes of files that screens see as they happen; the rest is in the files' versions. */
export const FILE_CHANGES_KEPT = 100;
/** Live shares; more than anybody can keep an eye on. */
export const SHARES_KEPT = 100;
/** Mounted folders of this machine: each is watched, and looked through by searches. */
export const MOUNTS_AT_MOST = 20;
