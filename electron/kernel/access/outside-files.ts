/** Outside files that are named; more say nothing new. */
const NAMED = 4;

/**
 * Files and folders of outside origin that a program may have read: of `outside`, those at, below or above one of
 * the canonical `paths`; any of them when `paths` is null, because nobody knows what it reads.
 */
export function outsideAmong(paths: readonly string[] | null, outside: Iterable<string>): readonly string[] {
  const found: string[] = [];
  for (const each of outside) {
    if (found.length === NAMED) break;
    if (paths === null || paths.some((path) => meets(path, each))) found.push(each);
  }
  return found;
}

/** `.` is the workspace: it holds everything, and what is marked as a whole marks everything. */
const meets = (path: string, outside: string): boolean =>
  path === "." ||
  outside === "." ||
  path === outside ||
  outside.startsWith(`${path}/`) ||
  path.startsWith(`${outside}/`);
