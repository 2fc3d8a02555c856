import type { MemoryItem } from "../../../shared/memory.ts";
import { routeHash } from "../../routes.ts";
import { useSystem } from "../../store.tsx";
import { formatWhen } from "../access/when.ts";
import { VisibleText } from "../inbox/VisibleText.tsx";

/** Who wrote an item and in which syscall, with the way there, and what its writer had read from outside. */
export function Provenance({ item: { provenance, createdAt, updatedAt } }: { readonly item: MemoryItem }) {
  const { by, agentId, syscallId, origin } = provenance;
  const name = useSystem((system) => (agentId === null ? undefined : system.agents.get(agentId)?.name));
  const call = syscallId !== null && <span className="mono">{syscallId}</span>;
  return (
    <>
      <p>
        Kept <time dateTime={new Date(createdAt).toISOString()}>{formatWhen(createdAt)}</time> by{" "}
        {agentId === null ? (
          <>
            {by === "person" ? "you" : "an agent"}
            {call && <> in {call}</>}
          </>
        ) : (
          <a href={routeHash({ screen: "agent", agentId, tab: "syscalls" })}>
            {name === undefined ? agentId : `${name} (${agentId})`}
            {call && <> in {call}</>}
          </a>
        )}
        {updatedAt !== createdAt && `; changed ${formatWhen(updatedAt)}`}
      </p>
      {origin !== null && (
        <p>
          Written after reading <VisibleText text={origin} />. Whoever reads it is marked with that.
        </p>
      )}
    </>
  );
}
