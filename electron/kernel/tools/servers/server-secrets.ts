import { KernelError } from "../../../../shared/errors.ts";
import type { ServerName } from "../../../../shared/ids.ts";
import type { ServerConfig, ServerTransport } from "../../../../shared/servers.ts";
import type { Secrets } from "../../ports.ts";

/** The values of a server's environment and headers. They stand in the key store and nowhere else. */
export class ServerSecrets {
  readonly #secrets: Secrets;

  constructor(secrets: Secrets) {
    this.#secrets = secrets;
  }

  /** Throws `bad-input` when the values are not those that the transport names, or the address holds one. */
  check(transport: ServerTransport, values: Readonly<Record<string, string>>): void {
    const names = secretNames(transport);
    for (const name of names) {
      if (!Object.hasOwn(values, name)) {
        throw new KernelError("bad-input", `servers.add: ${name} has no value`, { field: `secrets.${name}` });
      }
    }
    for (const [name, value] of Object.entries(values)) {
      const field = `secrets.${name}`;
      if (!names.includes(name)) {
        throw new KernelError("bad-input", `servers.add: ${name} is not among the names of the server`, {
          field,
        });
      }
      // biome-ignore lint/suspicious/noControlCharactersInRegex: what no environment and no header can hold
      if (/[\u0000\r\n]/.test(transport.type === "http" ? value : value.replace(/[\r\n]/g, ""))) {
        throw new KernelError("bad-input", `servers.add: the value of ${name} holds a control character`, {
          field,
        });
      }
    }
    if (transport.type === "http") refuseCredentials(transport.url);
  }

  async keep(server: ServerName, values: Readonly<Record<string, string>>): Promise<void> {
    for (const [name, value] of Object.entries(values)) await this.#secrets.set(keyOf(server, name), value);
  }

  /** The values that are there. */
  async of({ name: server, transport }: ServerConfig): Promise<Readonly<Record<string, string>>> {
    const values = await Promise.all(
      secretNames(transport).map(
        async (name) => [name, await this.#secrets.get(keyOf(server, name))] as const,
      ),
    );
    return Object.fromEntries(values.flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
  }

  async forget({ name: server, transport }: ServerConfig): Promise<void> {
    for (const name of secretNames(transport)) await this.#secrets.delete(keyOf(server, name));
  }
}

const secretNames = (transport: ServerTransport): readonly string[] =>
  transport.type === "stdio" ? transport.envNames : transport.headerNames;

const keyOf = (server: ServerName, name: string): string => `server:${server}:${name}`;

/** The address is in events and on screens. */
function refuseCredentials(url: string): void {
  const { username, password, hash, searchParams } = new URL(url);
  const named = [...searchParams.keys()].find((name) =>
    /key|token|secret|password|auth|signature/i.test(name),
  );
  const what =
    username !== "" || password !== ""
      ? "a name or password"
      : hash !== ""
        ? "a part after #"
        : named !== undefined
          ? `the parameter ${named}`
          : null;
  if (what === null) return;
  throw new KernelError("bad-input", `servers.add: the address holds ${what}`, {
    field: "transport.url",
    hint: "Put the key into a header: its value is kept apart",
  });
}
