import { connect } from "./support/client.ts";
import { expect, statusBar, test } from "./support/dashboard.ts";
import { makeDataFolder, removeDataFolders } from "./support/data-folder.ts";
import { type Host, startHost } from "./support/host.ts";
import { endPrograms } from "./support/program.ts";

test("the printed address opens the dashboard, and the token leaves the address bar", async ({
  dashboard,
  host,
}) => {
  await expect(dashboard.getByText("No agent has been launched yet.")).toBeVisible();
  expect(dashboard.url()).toBe(`${host.origin}/#/overview`);
  expect(host.token).toMatch(/^[0-9a-f]{64}$/);
});

test("a reload keeps the connection without the token in the address", async ({ dashboard }) => {
  await dashboard.reload();
  await expect(statusBar(dashboard)).toContainText("Connected");
});

test.describe("what is refused", () => {
  // None of these changes anything: one host is enough for all.
  let host: Host;
  test.beforeAll(async () => {
    host = await startHost(makeDataFolder());
  });
  test.afterAll(async () => {
    await endPrograms();
    removeDataFolders();
  });

  test("without a token the page explains where to find it", async ({ page }) => {
    await page.goto(host.origin);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(
      /Open the address that the program printed/,
    );
    await expect(page.getByText("was opened without a token")).toBeVisible();
  });

  test("with a wrong token the page explains that it is not this program's", async ({ page }) => {
    await page.goto(`${host.origin}/#token=${"0".repeat(64)}`);
    await expect(page.getByText("not the one of the program that runs now")).toBeVisible();
  });

  test("the socket refuses a wrong token, a foreign page and a foreign host name", async ({ page }) => {
    await expect(connect({ port: host.port, token: "wrong-token-wrong-token" })).rejects.toThrow("401");
    // Another page of the same browser, which has somehow learnt the token.
    await page.goto("about:blank");
    const opened = await page.evaluate(
      ({ port, token }) =>
        new Promise((resolve) => {
          const socket = new WebSocket(`ws://127.0.0.1:${port}/socket`, ["aios", token]);
          socket.addEventListener("open", () => resolve("opened"));
          socket.addEventListener("error", () => resolve("refused"));
        }),
      { port: host.port, token: host.token },
    );
    expect(opened).toBe("refused");
    const { status } = await page.request
      .get(host.origin, { headers: { host: "rebound.example" } })
      .then((response) => ({ status: response.status() }));
    expect(status).toBe(421);
  });

  test("the page may run its own scripts only, and nothing outside its folder is served", async ({
    page,
  }) => {
    const response = await page.request.get(host.origin);
    expect(response.headers()["content-security-policy"]).toContain("script-src 'self'");
    for (const path of ["/../package.json", "/%2e%2e/package.json", "/..%2f..%2fpackage.json"]) {
      expect((await page.request.get(`${host.origin}${path}`)).status()).toBe(404);
    }
  });
});
