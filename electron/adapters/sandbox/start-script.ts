/** Folders of the system's programs, and of Homebrew's. Nothing of the person's own. */
export const SYSTEM_PATH =
  process.platform === "darwin"
    ? "/opt/homebrew/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"
    : "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Says nothing but how times and texts are read. */
const INHERITED = ["LANG", "LC_ALL", "LC_CTYPE", "TZ"];

/** All that a program sees of our environment. No key, no proxy, nothing that another program obeys. */
export function systemEnvironment(home: string): Record<string, string> {
  const environment: Record<string, string> = { PATH: SYSTEM_PATH, HOME: home, TMPDIR: home, TERM: "dumb" };
  for (const name of INHERITED) {
    const value = process.env[name];
    if (value !== undefined) environment[name] = value;
  }
  return environment;
}

/** A word of a POSIX shell that means itself. */
export const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

/**
 * What the sandbox's shell reads from a file, so that the words of a command pass through no other quoting. Run
 * inside, after the sandbox has set an environment of its own. `threads`: null for no limit by the system.
 */
export function startScript(argv: readonly string[], scratch: string, threads: number | null): string {
  const lines = [
    `export HOME=${quoted(scratch)} TMPDIR=${quoted(scratch)}`,
    "unset CLAUDE_CODE_HOST_HTTP_PROXY_PORT CLAUDE_CODE_HOST_SOCKS_PROXY_PORT",
    "ulimit -c 0",
    ...(threads === null ? [] : [`ulimit -u ${threads} 2>/dev/null || true`]),
    `exec ${argv.map(quoted).join(" ")}`,
  ];
  return `${lines.join("\n")}\n`;
}
