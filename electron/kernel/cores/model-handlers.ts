import type { ContractHandlers } from "../../../shared/contract.ts";
import { KernelError } from "../../../shared/errors.ts";
import type { EventLog } from "../events/event-log.ts";
import type { Jobs } from "../jobs.ts";
import type { AddOn, ModelFiles } from "../ports.ts";
import type { SettingsKeeper } from "../settings-keeper.ts";
import type { CoreRegistry } from "./core-registry.ts";
import { localModelConfig } from "./local-model-config.ts";

export interface ModelHandlerParts {
  readonly log: EventLog;
  readonly models: ModelFiles;
  readonly addOn: AddOn;
  readonly jobs: Jobs;
  readonly cores: CoreRegistry;
  readonly settings: SettingsKeeper;
  readonly acknowledge: (change: () => void) => Promise<Record<string, never>>;
}

/** Models that run in the program itself, and the long work that brings them. */
export function createModelHandlers(parts: ModelHandlerParts) {
  const { log, models, addOn, jobs, cores, settings, acknowledge } = parts;

  /** Looks for the engine and tells of it; model files may have become usable. */
  async function lookForAddOn(): Promise<void> {
    log.append({ type: "addon.changed", addOn: await addOn.look() });
    await cores.checkLocal();
  }

  async function refuseSecondInstallation(): Promise<void> {
    const { status, text } = await addOn.look();
    if (status === "unsupported") throw new KernelError("addon-missing", text);
    if (status !== "missing")
      throw new KernelError("conflict", "The engine for model files is there already");
  }

  const saved = async (): Promise<Record<string, never>> => {
    await settings.save();
    return acknowledge(() => {});
  };

  return {
    "addon.install": async () => {
      await refuseSecondInstallation();
      // Two would write the same files.
      if (jobs.isUnderWay("add-on"))
        throw new KernelError("conflict", "The engine is being installed already");
      const jobId = jobs.start("add-on", "Get the engine for model files", async (run) => {
        try {
          await addOn.install(run);
          return "The engine for model files is there";
        } finally {
          await lookForAddOn();
        }
      });
      await acknowledge(() => {});
      return { jobId };
    },
    "models.inspect": ({ file }) => models.inspect(file),
    "models.download": async ({ url, sha256 }) => {
      const jobId = jobs.start("model-download", `Get ${fileNameOf(url)}`, (run) =>
        models.download(url, sha256 === "" ? null : sha256.toLowerCase(), run),
      );
      await acknowledge(() => {});
      return { jobId };
    },
    "models.files": async () => ({ files: await models.list() }),
    "models.addLocal": async ({ file, ...choice }) => {
      const facts = await models.inspect(file);
      const config = localModelConfig(facts, choice, models.freeMemory(), (id) => cores.hasCore(id));
      const info = await cores.addLocal(config);
      await saved();
      return info;
    },
    "cores.load": async ({ coreId }) => {
      await cores.local(coreId).load();
      return acknowledge(() => {});
    },
    "cores.unload": async ({ coreId }) => {
      await cores.local(coreId).unload();
      return acknowledge(() => {});
    },
    "cores.setKvBudget": async ({ coreId, kvRamBytes, kvDiskBytes }) => {
      cores.setKvBudget(coreId, kvRamBytes, kvDiskBytes);
      return saved();
    },
    "jobs.cancel": ({ jobId }) => acknowledge(() => jobs.cancel(jobId)),
    "jobs.dismiss": ({ jobId }) => acknowledge(() => jobs.dismiss(jobId)),
  } satisfies Partial<ContractHandlers>;
}

/** The last part of an address, without what follows "?": that is often a key. */
function fileNameOf(url: string): string {
  const { host, pathname } = new URL(url);
  const name = pathname.split("/").at(-1) ?? "";
  return (name === "" ? host : name).slice(0, 120);
}
