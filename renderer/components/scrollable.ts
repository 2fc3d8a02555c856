/** For an element that scrolls and may hold nothing to focus: it can then still be reached and scrolled by keys. */
export const scrollable = { tabIndex: 0 } as const;
