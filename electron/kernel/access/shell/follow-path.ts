import { KernelError } from "../../../../shared/errors.ts";

/** Gives the canonical path in the workspace, `.` for the workspace itself; throws KernelError `outside-workspace`. */
export type ResolvePath = (path: string) => Promise<string>;

/**
 * Where a program gets to that is given this path. POSIX.1-2024, 4.16 Pathname Resolution: a link is followed before
 * the `..` behind it, so that `link/../file` lies beside what the link leads to. A file tool works `..` off as text and
 * opens what it has worked out; a program gets the path as it is written.
 */
export async function followPath(path: string, resolve: ResolvePath): Promise<string> {
  // Of such a path nothing but the whole says whether it can be one.
  if (!path.split("/").includes("..")) return resolve(path);
  if (path.startsWith("/")) return resolve(path);
  let place = ".";
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") {
      place = await resolve(place === "." ? part : `${place}/${part}`);
    } else if (place === ".") {
      throw new KernelError("outside-workspace", `The path "${path}" leads outside the workspace`);
    } else {
      place = place.includes("/") ? place.slice(0, place.lastIndexOf("/")) : ".";
    }
  }
  return place;
}
