/** Folders and files that hold keys, wherever they lie. */
const SECRET_PATHS = [
  ".ssh",
  ".gnupg",
  ".aws",
  ".azure",
  ".kube",
  ".gcloud",
  ".docker/config.json",
  ".config/gcloud",
  ".config/gh",
  ".config/hub",
  ".config/op",
  ".password-store",
  ".terraform.d",
  ".local/share/keyrings",
  ".mozilla",
];

/** Files that hold keys, by name. */
const SECRET_FILES: readonly RegExp[] = [
  // Environments with their values; examples of them hold none.
  /^\.env(?!\.(?:example|sample|template|dist)$)/,
  /^.+\.env$/,
  /^id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?(?!.*\.pub$)(?:[._-].*)?$/,
  /\.(?:pem|key|p12|pfx|p8|ppk|jks|keystore|kdbx)$/,
  /^[._](?:netrc|npmrc|pypirc|pgpass|htpasswd|dockercfg|boto|s3cfg|vault-token|git-credentials)$/,
  /^\.yarnrc\.yml$/,
  /^\.my\.cnf$/,
  /^(?:.*[-_.])?(?:credentials?|secrets?)\.(?:json|ya?ml|toml|ini|csv|db|xml|conf|cfg|properties)$/,
  /^\.?credentials$/,
];

/** What other programs run or obey when they come upon it; `.git` as a file can point anywhere. */
const CONFIG_PATHS = [
  ".aios",
  ".git",
  ".vscode",
  ".idea",
  ".claude",
  ".cursor",
  ".husky",
  ".devcontainer",
  ".config/autostart",
  ".config/systemd",
  ".config/git",
  ".config/fish",
];

const CONFIG_FILES: readonly RegExp[] = [
  /^\.?mcp\.json$/,
  /^\.git(?:config|modules)$/,
  /^\.(?:bash|zsh)(?:rc|env|_profile|_login|_logout)$/,
  /^\.(?:profile|zprofile|zlogin|zlogout|ripgreprc|vimrc|pre-commit-config\.yaml)$/,
];

/**
 * What a canonical path of the workspace is to the floor: `secret` for key material, `config` for what steers this
 * program or others, null for everything else. Judges the name alone, whatever its case and Unicode form, and every
 * part of it, so that what lies below a sensitive folder is as sensitive. Never throws.
 */
export function sensitivity(path: string): "secret" | "config" | null {
  const parts = path
    .normalize("NFKC")
    // Some file systems take a name for the same without these.
    .replace(/\p{Default_Ignorable_Code_Point}/gu, "")
    .toLowerCase()
    .split(/[/\\]/)
    // As Windows reads names: a stream, and dots and spaces at the end, belong to the same file.
    .map((part) => part.replace(/(?<=.):.*$|[. ]+$/g, "").replace(/[. ]+$/, ""))
    .filter((part) => part !== "");
  const whole = `/${parts.join("/")}/`;
  const lies = (folders: readonly string[]): boolean => folders.some((each) => whole.includes(`/${each}/`));
  const named = (files: readonly RegExp[]): boolean =>
    parts.some((part) => files.some((file) => file.test(part)));
  if (lies(SECRET_PATHS) || named(SECRET_FILES)) return "secret";
  return lies(CONFIG_PATHS) || named(CONFIG_FILES) ? "config" : null;
}
