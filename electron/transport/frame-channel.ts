/** The one IPC channel between the page and the main process, both ways. */
export const FRAME_CHANNEL = "aios:frame";
