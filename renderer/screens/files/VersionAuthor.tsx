import type { FileVersion } from "../../../shared/files.ts";
import { routeHash } from "../../routes.ts";
import { authorText } from "./words.ts";

/** Who made a version, and in which syscall, with the way to an agent's. */
export function VersionAuthor({ version: { author, syscallId } }: { readonly version: FileVersion }) {
  const call = syscallId === null ? null : <span className="mono">{syscallId}</span>;
  if (author.type !== "agent")
    return (
      <>
        {author.type === "person" ? "you" : "another program"}
        {call && <> in {call}</>}
      </>
    );
  return (
    <a href={routeHash({ screen: "agent", agentId: author.agentId, tab: "syscalls" })}>
      {authorText(author)}
      {call && <> in {call}</>}
    </a>
  );
}
