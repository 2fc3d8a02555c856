import { builtinModules } from "node:module";
import { posix } from "node:path";
import { type Allowed, ROOMS, type Room } from "./rooms.ts";
import { type Finding, isScript, isTest, type SourceFile } from "./source-files.ts";
import { type ImportedModule, parseFile } from "./syntax.ts";

/** Holds every import of every file against the table in rooms.ts. */
export function checkImportTable(files: readonly SourceFile[]): Finding[] {
  return files.filter((file) => isScript(file.path)).flatMap(checkFile);
}

/** The room a file belongs to: the first in the table that holds it. */
export const roomOf = (path: string): Room | null => ROOMS.find((room) => room.holds.test(path)) ?? null;

function checkFile(file: SourceFile): Finding[] {
  const room = roomOf(file.path);
  if (room === null) {
    return [{ file: file.path, line: null, message: "belongs to no room of scripts/check/rooms.ts" }];
  }
  const { imports, problems } = parseFile(file);
  const findings: Finding[] = imports.flatMap((imported) => {
    const fault = faultOf(file.path, room, imported);
    return fault === null ? [] : [{ file: file.path, line: imported.line, message: fault }];
  });
  return [...problems, ...findings, ...tooManyPackages(file.path, room, imports)];
}

function faultOf(path: string, room: Room, imported: ImportedModule): string | null {
  const target = targetOf(path, imported.specifier);
  const says = `imports ${imported.specifier}, but ${room.name} may import ${room.may.map(nameOf).join(", ")}`;
  if (target.type === "computed") {
    return room.computed?.test(path) ? null : "imports a computed name; write the name out";
  }
  // A benchmark measures with the means of the tests, and is no part of the program either.
  if (target.type === "file" && isTest(target.path) && !isTest(path) && !path.startsWith("bench/")) {
    return `imports ${imported.specifier}, which only tests and benchmarks may use`;
  }
  if (target.type === "package" && target.name === "electron") {
    if (room.electron === "may" || (room.electron === "types" && imported.as === "types")) return null;
    return `imports electron; only electron/main.ts, preload.ts, desktop/ and transport/ipc-server.ts may`;
  }
  if (target.type === "file" && roomOf(target.path) === room) return null;
  if (isTest(path)) return null;
  return room.may.some((allowed) => allows(allowed, target, imported.as)) ? null : says;
}

type Target =
  | { readonly type: "file"; readonly path: string }
  | { readonly type: "node"; readonly name: string }
  | { readonly type: "package"; readonly name: string }
  | { readonly type: "computed" };

function targetOf(from: string, specifier: string): Target {
  if (specifier === "(computed)") return { type: "computed" };
  if (specifier.startsWith(".")) {
    return { type: "file", path: posix.join(posix.dirname(from), specifier.replace(/\?.*$/, "")) };
  }
  if (specifier.startsWith("node:") || builtinModules.includes(specifier)) {
    return { type: "node", name: specifier };
  }
  const parts = specifier.split("/");
  return { type: "package", name: parts.slice(0, specifier.startsWith("@") ? 2 : 1).join("/") };
}

function allows(allowed: Allowed, target: Target, as: ImportedModule["as"]): boolean {
  if (allowed.only === "types" && as !== "types") return false;
  switch (allowed.type) {
    case "anything":
      return true;
    case "node":
      return target.type === "node";
    case "packages":
      return target.type === "package" && (allowed.names === "any" || allowed.names.includes(target.name));
    case "files":
      return target.type === "file" && allowed.match.test(target.path);
  }
}

function nameOf(allowed: Allowed): string {
  const suffix = allowed.only === "types" ? " (types only)" : "";
  return `${allowed.name}${suffix}`;
}

function tooManyPackages(path: string, room: Room, imports: readonly ImportedModule[]): Finding[] {
  if (room.packagesPerFile === undefined || isTest(path)) return [];
  const names = new Set<string>();
  for (const imported of imports) {
    const target = targetOf(path, imported.specifier);
    if (target.type === "package" && target.name !== "zod") names.add(target.name);
  }
  if (names.size <= room.packagesPerFile) return [];
  const message = `imports ${[...names].join(" and ")}; a file in ${room.name} wraps one outside thing`;
  return [{ file: path, line: null, message }];
}
