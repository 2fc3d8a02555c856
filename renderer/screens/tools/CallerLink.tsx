import { routeHash } from "../../routes.ts";
import { type Caller, callerText } from "../../selectors.ts";

/** Who makes a call, with a way there where there is one. */
export function CallerLink({ caller }: { readonly caller: Caller }) {
  switch (caller.type) {
    case "agent":
      return (
        <a className="mono" href={routeHash({ screen: "agent", agentId: caller.agentId })}>
          {caller.agentId}
        </a>
      );
    case "server":
      return (
        <a href={routeHash({ screen: "tools", shown: { type: "server", name: caller.server } })}>
          {caller.server}
        </a>
      );
    case "person":
    case "program":
    case "kernel":
      return <span>{callerText(caller)}</span>;
  }
}
