import type { EventOf } from "../shared/events.ts";
import { DEFAULT_SETTINGS } from "../shared/settings.ts";
import { expect, open, test } from "./support/dashboard.ts";
import { look } from "./support/look.ts";

test("how far tools reach is set in lines, checked as it is typed, and kept", async ({
  dashboard,
  client,
}) => {
  await open(dashboard, "Access");
  await dashboard.getByRole("tab", { name: /^Reach/ }).click();
  const hosts = dashboard.getByLabel("Hosts that commands may reach");
  const form = dashboard.locator("form").filter({ has: hosts });
  await expect(hosts).toHaveValue("");
  await expect(dashboard.getByLabel("Folders for what comes from outside")).toHaveValue(
    DEFAULT_SETTINGS.outsideFolders.join("\n"),
  );
  await hosts.fill("https://registry.npmjs.org");
  await expect(form).toContainText("expected a host such as example.com");
  await expect(form.getByRole("button", { name: "Save" })).toBeDisabled();
  await hosts.fill("registry.npmjs.org\n*.example.com");
  await look(dashboard, "access-reach");
  await form.getByRole("button", { name: "Save" }).click();
  const { settings } = await client.until(
    "the change",
    (event): event is EventOf<"settings.changed"> =>
      event.type === "settings.changed" && event.settings.shellHosts.length > 0,
  );
  expect(settings.shellHosts).toEqual(["registry.npmjs.org", "*.example.com"]);
  await expect(form.getByRole("button", { name: "Save" })).toBeDisabled();
  await hosts.fill("elsewhere.example");
  await form.getByRole("button", { name: "Discard" }).click();
  await expect(hosts).toHaveValue("registry.npmjs.org\n*.example.com");
});
