import { type AgentId, agentIdSchema } from "../shared/ids.ts";

/** Where the person is: kept in the address's fragment, so that back and reload work. */
export type Route =
  | { readonly screen: "overview" }
  | { readonly screen: "agent"; readonly agentId: AgentId | null }
  | { readonly screen: "inbox" }
  | { readonly screen: "models" };

export type ScreenName = Route["screen"];

/** The route in a fragment such as `#/agent/a7`; the overview for anything else. */
export function parseRoute(hash: string): Route {
  const [screen, id] = hash.replace(/^#\/?/, "").split("/");
  switch (screen) {
    case "agent": {
      const parsed = agentIdSchema.safeParse(id);
      return { screen: "agent", agentId: parsed.success ? parsed.data : null };
    }
    case "inbox":
      return { screen: "inbox" };
    case "models":
      return { screen: "models" };
    default:
      return { screen: "overview" };
  }
}

export const routeHash = (route: Route): string =>
  route.screen === "agent" && route.agentId ? `#/agent/${route.agentId}` : `#/${route.screen}`;
