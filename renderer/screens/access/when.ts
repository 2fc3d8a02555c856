const format = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
});
const withYear = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
});

/** A wall time in ms as day and minute of this machine's zone: `17 May, 21:30`, with the year when it is another. */
export const formatWhen = (at: number): string =>
  new Date(at).getFullYear() === new Date().getFullYear() ? format.format(at) : withYear.format(at);
