/** Kinds of files, by the endings of their names: what they are called in a request, and the folder for each. */
const KINDS: readonly {
  readonly folder: string;
  readonly names: RegExp;
  readonly endings: readonly string[];
}[] = [
  {
    folder: "notes",
    names: /^(?:text )?notes?$|^text(?: files?)?$/,
    endings: ["txt", "md", "markdown", "org", "rst"],
  },
  {
    folder: "documents",
    names: /^(?:doc(?:ument)?s?|letters?|papers?|reports?)$/,
    endings: ["pdf", "doc", "docx", "odt", "rtf", "txt", "md", "html", "pages", "epub"],
  },
  {
    folder: "images",
    names: /^(?:images?|pictures?|photos?|photographs?|screenshots?)$/,
    endings: ["png", "jpg", "jpeg", "gif", "webp", "svg", "bmp", "tif", "tiff", "heic", "avif"],
  },
  {
    folder: "spreadsheets",
    names: /^(?:spreadsheets?|tables?|sheets?|data(?: files?)?)$/,
    endings: ["xlsx", "xls", "ods", "csv", "tsv"],
  },
  { folder: "slides", names: /^(?:slides?|presentations?|decks?)$/, endings: ["pptx", "ppt", "odp", "key"] },
  {
    folder: "audio",
    names: /^(?:audio(?: files?)?|sounds?|songs?|music|recordings?)$/,
    endings: ["mp3", "wav", "flac", "ogg", "m4a", "opus"],
  },
  {
    folder: "videos",
    names: /^(?:videos?|films?|movies?|clips?)$/,
    endings: ["mp4", "mov", "mkv", "webm", "avi"],
  },
  {
    folder: "archives",
    names: /^(?:archives?|zips?|zip files?)$/,
    endings: ["zip", "gz", "tgz", "tar", "7z", "rar", "xz", "bz2", "zst"],
  },
  {
    folder: "code",
    names: /^(?:code(?: files?)?|scripts?|programs?|source(?: files| code)?)$/,
    endings: [
      "ts",
      "tsx",
      "js",
      "jsx",
      "mjs",
      "py",
      "rs",
      "go",
      "c",
      "h",
      "cpp",
      "java",
      "rb",
      "sh",
      "sql",
      "css",
      "php",
      "swift",
      "kt",
    ],
  },
  { folder: "web", names: /^(?:web ?pages?|pages?)$/, endings: ["html", "htm"] },
  {
    folder: "settings",
    names: /^(?:settings(?: files)?|configurations?)$/,
    endings: ["json", "yaml", "yml", "toml", "ini", "xml"],
  },
];
/** For files of no known kind. */
const OTHER = "other";
/** Kinds that are looked at in turn when files are sorted: an ending of several belongs to the first. */
const SORTED = ["notes", ...KINDS.map(({ folder }) => folder).filter((folder) => folder !== "notes")];

/** The kind that a word of a request means, with the name of its folder; null for no kind. */
export function kindCalled(
  words: string,
): { readonly folder: string; readonly endings: readonly string[] } | null {
  return KINDS.find(({ names }) => names.test(words)) ?? null;
}

/** The folder that a file belongs into by its ending. */
export function kindFolder(name: string): string {
  const ending = endingOf(name);
  return (
    SORTED.find((folder) => KINDS.find((kind) => kind.folder === folder)?.endings.includes(ending)) ?? OTHER
  );
}

/** What stands after the last dot, in small letters; empty for none. */
export const endingOf = (name: string): string => /[^.]\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? "";
