import type { ShellWord } from "./read-words.ts";

const set = (text: string): ReadonlySet<string> => new Set(text.split(" "));

/** Builtins that run their words as a command, or change what later words mean (Bash manual, chapter 4). */
const BUILTINS = set(
  ". source eval exec alias unalias trap builtin command enable hash set shopt declare typeset local export readonly " +
    "unset read mapfile readarray let complete compgen bind fc history coproc time function if then else elif fi for " +
    "while until do done case esac select in jobs bg fg disown wait suspend ulimit umask getopts return exit logout",
);

/** Programs whose words, or whose standard input, are a command for another program or another machine. */
const STARTERS = set(
  "xargs env nohup setsid timeout nice ionice stdbuf busybox toybox sudo doas su watch parallel chroot unshare " +
    "nsenter flock script scriptreplay strace ltrace gdb lldb taskset chrt runuser runcon pkexec systemd-run at batch " +
    "crontab ssh scp sftp rsync telnet nc ncat netcat socat docker podman kubectl screen tmux expect start-stop-daemon " +
    "fakeroot proot setarch linux32 linux64 prlimit firejail bwrap run-parts entr unbuffer dbus-run-session " +
    "systemctl launchctl open xdg-open logrotate ld.so ld-linux-x86-64.so strace-log-merge valgrind perf faketime",
);

/** Programs with commands or options of their own that run others. */
const HOSTS = set(
  "awk gawk mawk nawk sed ed ex red vi vim view nvim rvim emacs nano pico less more most man info tar bsdtar zip unzip " +
    "7z cpio hg svn find fd sort rg dc bc m4 sqlite3 psql mysql mariadb redis-cli gnuplot octave ftp lftp mutt mail " +
    "mailx tcpdump fzf vipe vidir column split csplit make gmake ninja curl wget openssl gdbserver iptables mount",
);

/** Subcommands of git that only look; the others run hooks, other programs, or what the repository's settings name. */
const GIT_LOOKS = set("status log show diff blame ls-files ls-tree rev-parse describe shortlog branch");
const GIT_RUNS = /^(?:--(?:ext-diff|textconv|output|exec|open-files|paginate|pager|upload)|-[cOp])/;

/** Programs that run a text as code when it does not come out of a file that they are given. */
const INTERPRETERS = set(
  "sh bash dash zsh ksh mksh ash rbash fish csh tcsh elvish nu xonsh pwsh powershell python pypy node nodejs deno bun " +
    "perl ruby irb php lua luajit tclsh wish expect r rscript julia ghci runghc guile racket sbcl clisp erl elixir iex " +
    "osascript jshell groovy scala swift java",
);

/**
 * Why nobody can tell from a command's words what it will run, or null. A script in a file is no reason: the words
 * say which one runs.
 */
export function runsUnseen(words: readonly ShellWord[]): string | null {
  const [program, ...rest] = words;
  if (!program) return "it is empty";
  if (program.raw !== program.value) return `the name of the program is written with quotes (${program.raw})`;
  if (program.value.includes("=")) return "it sets a variable";
  if (!/^[\x21-\x7e]+$/.test(program.value)) return "the name of the program has foreign letters";
  const name = (program.value.split("/").at(-1) ?? "").toLowerCase().replace(/(?:\.exe|[\d.]+)$/, "");
  if (name === "" || BUILTINS.has(name) || program.value === ".") {
    return `${program.value} changes what the shell does with other words`;
  }
  if (STARTERS.has(name)) return `${name} starts other programs out of its words or its input`;
  if (HOSTS.has(name)) return `${name} can start other programs by its options, commands or settings`;
  if (name === "git" && !looksWithGit(rest))
    return "git can start other programs by its options, hooks or settings";
  if (!INTERPRETERS.has(name)) return null;
  // What stands before a script's name are options of the interpreter: many of them take code.
  return /^[^-]/.test(rest[0]?.value ?? "") ? null : `${name} runs code that is not in a file of its own`;
}

const looksWithGit = ([subcommand, ...rest]: readonly ShellWord[]): boolean =>
  GIT_LOOKS.has(subcommand?.value ?? "") && !rest.some(({ value }) => GIT_RUNS.test(value));
