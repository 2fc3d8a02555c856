import { expect, test } from "vitest";
import { agentId } from "../../../shared/ids.ts";
import { Accounts } from "./accounts.ts";

test("sums the tokens of each agent until it is closed; programs have no account", () => {
  const accounts = new Accounts();
  accounts.charge(agentId(1), 10);
  accounts.charge(agentId(1), 5);
  accounts.charge(agentId(2), 1);
  accounts.charge(null, 100);
  expect([accounts.tokens(agentId(1)), accounts.tokens(agentId(2)), accounts.tokens(agentId(3))]).toEqual([
    15, 1, 0,
  ]);
  accounts.close(agentId(1));
  expect(accounts.tokens(agentId(1))).toBe(0);
});
