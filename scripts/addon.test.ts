import { expect, test } from "vitest";
import { FakeAddOn } from "../electron/kernel/testing/fake-models.ts";
import { KernelError } from "../shared/errors.ts";
import { ensureAddOn } from "./addon.ts";

const ensure = async (addOn: FakeAddOn) => {
  const lines: string[] = [];
  const outcome = await ensureAddOn((line) => lines.push(line), addOn);
  return { outcome, lines };
};

test("an engine that is there is left alone", async () => {
  const addOn = new FakeAddOn("installed");
  addOn.work = () => Promise.reject(new Error("installed a second time"));
  expect(await ensure(addOn)).toMatchObject({ outcome: { type: "there" }, lines: [] });
});

test("one that is missing is installed, saying so", async () => {
  const { outcome, lines } = await ensure(new FakeAddOn("missing"));
  expect(outcome).toMatchObject({ type: "there", text: expect.stringContaining("version 1.0.0") });
  expect(lines).toEqual([expect.stringContaining("Installing")]);
});

test("one that cannot be had is told from one that could not be installed", async () => {
  expect((await ensure(new FakeAddOn("unsupported"))).outcome.type).toBe("unsupported");
  const addOn = new FakeAddOn("missing");
  addOn.work = () => Promise.reject(new KernelError("addon-missing", "no network"));
  expect((await ensure(addOn)).outcome).toMatchObject({ type: "failed", error: { message: "no network" } });
});
