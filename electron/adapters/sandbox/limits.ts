/** Between two looks at how many processes a command has: short beside what a machine can start meanwhile. */
export const PROCESS_POLL_MS = 25;
/** Processes that the sandbox itself has beside the command's: bubblewrap's, the filter's, the relays'. */
export const SANDBOX_PROCESSES = 10;
/** Threads count for the system's own limit; a runtime such as Node has a dozen for each process. */
export const THREADS_PER_PROCESS = 16;
/** Time in which killed processes must let go of their pipes; then nobody listens to them any more. */
export const LET_GO_MS = 2_000;
/** Entries of a workspace that are looked through for key files before a command; more is refused. */
export const WORKSPACE_ENTRIES = 200_000;
/** Names judged in one turn of the event loop. */
export const NAMES_IN_A_TURN = 200;
/** Paths that are hidden one by one: bubblewrap takes about 9,000 arguments, and a path is three. */
export const HIDDEN_PATHS = 1_500;
/** How long the trial of a sandbox may take. */
export const TRIAL_MS = 5_000;
/** How long "there is no sandbox" is believed before it is tried again: the person may be installing it. */
export const MISSING_BELIEVED_MS = 10_000;
/** Time in which the sandbox's thread must answer. A large workspace takes part of it. */
export const THREAD_ANSWER_MS = 30_000;
