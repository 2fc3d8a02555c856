import { KernelError } from "../../../shared/errors.ts";
import type { AddOnView, ModelFileFacts } from "../../../shared/local-models.ts";
import type { AddOn, JobRun, ModelFiles } from "../ports.ts";

/** A model file as its header would tell. */
export const modelFacts = (file: string, fields: Partial<ModelFileFacts> = {}): ModelFileFacts => ({
  file,
  bytes: 1_000_000,
  name: "small",
  architecture: "llama",
  trainedTokens: 32_768,
  layers: 2,
  chatTemplate: "present",
  kvBytesPerToken: 1_000,
  ...fields,
});

/** Fake: a folder of model files of any size, none of which takes room on the disk. */
export class FakeModelFiles implements ModelFiles {
  readonly files: Map<string, ModelFileFacts>;
  free = 8_000_000_000;
  /** What a download does; by default nothing can be reached. */
  get: (url: string, sha256: string | null, run: JobRun) => Promise<string> = async (url) => {
    throw new KernelError("page-unreachable", `${new URL(url).host} cannot be reached`);
  };

  constructor(files: readonly ModelFileFacts[] = []) {
    this.files = new Map(files.map((each) => [each.file, each]));
  }

  async inspect(file: string): Promise<ModelFileFacts> {
    const facts = this.files.get(file);
    if (!facts) throw new KernelError("not-found", `There is no file ${file}`);
    return facts;
  }

  freeMemory(): number {
    return this.free;
  }

  async list(): Promise<readonly ModelFileFacts[]> {
    return [...this.files.values()];
  }

  download(url: string, sha256: string | null, run: JobRun): Promise<string> {
    return this.get(url, sha256, run);
  }
}

/** Fake: an engine that comes and goes as a test says, without anything being fetched. */
export class FakeAddOn implements AddOn {
  status: AddOnView["status"];
  /** What an installation does before the engine is there. */
  work: (run: JobRun) => Promise<void> = async () => {};

  constructor(status: AddOnView["status"] = "missing") {
    this.status = status;
  }

  async look(): Promise<AddOnView> {
    return {
      status: this.status,
      version: this.status === "installed" || this.status === "bundled" ? "1.0.0" : null,
      text: "Run npm run addon:llama, or press Install in Models",
    };
  }

  async install(run: JobRun): Promise<void> {
    await this.work(run);
    this.status = "installed";
  }
}
