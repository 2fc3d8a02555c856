import { CONTRACT, type MethodInput } from "../../../shared/contract.ts";

export interface NamedValue {
  /** Tells rows apart while their names are typed. */
  readonly key: number;
  readonly name: string;
  readonly value: string;
}

/** What the person has typed. Fields of the other transport are kept while the choice goes back and forth. */
export interface AddServerForm {
  readonly name: string;
  readonly type: "stdio" | "http";
  readonly command: string;
  /** One in a line. */
  readonly args: string;
  readonly folder: string;
  readonly environment: readonly NamedValue[];
  readonly url: string;
  readonly headers: readonly NamedValue[];
}

export const EMPTY_SERVER: AddServerForm = {
  name: "",
  type: "stdio",
  command: "",
  args: "",
  folder: "",
  environment: [],
  url: "",
  headers: [],
};

export type ServerField = Exclude<keyof AddServerForm, "type">;
export interface FieldProblem {
  readonly field: ServerField;
  readonly message: string;
}
export type CheckedServer =
  | { readonly type: "ready"; readonly input: MethodInput<"servers.add"> }
  | ({ readonly type: "wrong" } & FieldProblem);

/** The lines of a text as arguments, word for word but for line ends; empty lines are none. */
export const argumentLines = (text: string): readonly string[] =>
  text.split(/\r?\n/).filter((line) => line !== "");

/** The form as input of `servers.add`, checked by the contract's own schema. */
export function checkServer(form: AddServerForm): CheckedServer {
  const rows = (form.type === "stdio" ? form.environment : form.headers).filter(
    ({ name, value }) => name !== "" || value !== "",
  );
  const names = rows.map(({ name }) => name.trim());
  const list = form.type === "stdio" ? "environment" : "headers";
  if (names.includes("")) return { type: "wrong", field: list, message: "Each value needs a name" };
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return { type: "wrong", field: list, message: `${twice} is there twice` };
  const folder = form.folder.trim();
  const input: MethodInput<"servers.add"> = {
    name: form.name.trim(),
    transport:
      form.type === "stdio"
        ? {
            type: "stdio",
            command: form.command.trim(),
            args: [...argumentLines(form.args)],
            folder: folder === "" ? null : folder,
            envNames: names,
          }
        : { type: "http", url: form.url.trim(), headerNames: names },
    secrets: Object.fromEntries(rows.map(({ name, value }) => [name.trim(), value])),
  };
  const parsed = CONTRACT["servers.add"].input.safeParse(input);
  if (parsed.success) return { type: "ready", input };
  const issue = parsed.error.issues[0];
  return {
    type: "wrong",
    ...problemAt(issue?.path.map(String) ?? [], issue?.message ?? "not valid", form.type),
  };
}

/** The field of the form that a path of the contract stands for. */
export function problemAt(
  path: readonly string[],
  message: string,
  type: AddServerForm["type"],
): FieldProblem {
  const text = `${message.charAt(0).toUpperCase()}${message.slice(1)}`;
  const [head, part, index] = path;
  const list = type === "stdio" ? "environment" : "headers";
  if (head === "secrets") return { field: list, message: part === undefined ? text : `${part}: ${text}` };
  if (head !== "transport") return { field: "name", message: text };
  switch (part) {
    case "args":
      return { field: "args", message: index === undefined ? text : `Line ${Number(index) + 1}: ${text}` };
    case "folder":
      return { field: "folder", message: text };
    case "envNames":
    case "headerNames":
      return { field: list, message: text };
    case "url":
      return { field: "url", message: text };
    default:
      return { field: type === "stdio" ? "command" : "url", message: text };
  }
}
