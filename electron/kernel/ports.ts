import type { KeptState, SwitchReport, TokenSource } from "../../shared/context.ts";
import type { AuditReport, AuditRow } from "../../shared/contract-access.ts";
import type { CoreConfig, CoreInfo, CoreTestResult } from "../../shared/cores.ts";
import type { KernelEvent } from "../../shared/events.ts";
import type { AgentId, Seq, SyscallId } from "../../shared/ids.ts";
import type {
  AddOnView,
  LocalModelConfig,
  LocalModelView,
  ModelFileFacts,
} from "../../shared/local-models.ts";
import type { AgentManifest, ManifestProblem } from "../../shared/manifest.ts";
import type {
  AssistantMessage,
  JsonObject,
  Message,
  TokenUsage,
  ToolSpecification,
} from "../../shared/messages.ts";
import type { Progress } from "../../shared/syscall.ts";

/** Time, as the kernel knows it. The only source of time and of turns of the event loop. */
export interface Clock {
  /** Wall time, ms since 1970. */
  wall(): number;
  /** Monotonic time in ms with a fraction; never goes back. */
  mono(): number;
  /** Calls `run` once after `ms`. Returns the way to call it off. */
  after(ms: number, run: () => void): () => void;
  /** Calls `run` in a later turn of the event loop, after pending input and output had their chance. */
  soon(run: () => void): void;
}

/** A number in [0, 1), for jitter only. */
export type Random = () => number;

/** The event log on disk, and the last checkpoint of the state. One writer. Every method may throw. */
export interface Store {
  /**
   * Appends in one transaction; durable when it returns, or when its promise resolves. Events come in order of
   * `seq`, without a gap, and never while an earlier append is under way.
   */
  append(events: readonly KernelEvent[]): void | Promise<void>;
  /** Events with `seq > from`, in order; of one agent if given. */
  read(query: {
    readonly from: Seq;
    readonly limit: number;
    readonly agentId: AgentId | null;
  }): KernelEvent[];
  /** The events of one syscall, in order. */
  readSyscall(syscallId: SyscallId): KernelEvent[];
  lastSeq(): Seq;
  /** Replaces the checkpoint. `text` is the kernel's own format. */
  saveCheckpoint(seq: Seq, text: string): void | Promise<void>;
  loadCheckpoint(): { readonly seq: Seq; readonly text: string } | null;
  /** Rows of the audit with `seq < before`, newest first. */
  readAudit(query: AuditQuery): AuditRows | Promise<AuditRows>;
  /** Walks the whole chain. */
  verifyAudit(): AuditReport | Promise<AuditReport>;
  close(): void | Promise<void>;
}

export type AuditRows = { readonly rows: readonly AuditRow[]; readonly more: "yes" | "no" };

export interface AuditQuery {
  readonly before: Seq | null;
  readonly limit: number;
  readonly agentId: AgentId | null;
  readonly verdict: "allow" | "ask" | "deny" | null;
  readonly text: string;
}

/** What a core is asked for. */
export interface CompletionRequest {
  readonly messages: readonly Message[];
  readonly tools: readonly ToolSpecification[];
  readonly maxOutputTokens: number | null;
  /**
   * Where to go on: what this core returned when it yielded, or the answer as far as it had come when a stream broke
   * or the program stopped (`state` is null then); null to start. Cores whose preemption is `none` get null.
   */
  readonly resume: ResumeState | null;
  /**
   * Whose context this is: a core that keeps state keeps it under this name until `forget`. Absent: a call that
   * stands alone, of which nothing is worth keeping.
   */
  readonly owner?: AgentId;
  /** JSON Schema that the answer must fit, for cores that can promise it. Absent for free text. */
  readonly responseSchema?: JsonObject;
}

/** The answer so far, and what only the core understands; held in memory only, so null after a restart. */
export interface ResumeState {
  readonly partial: string;
  readonly state: unknown;
}

/** The kernel's side of one turn on a slot. */
export interface CompletionRun {
  readonly signal: AbortSignal;
  /** Streams output as it is made. `tokens` is the number of tokens in `text`, estimated where unknown. */
  output(text: string, tokens: number): void;
  /** What was streamed is void: the core starts the answer again. */
  restart(reason: string): void;
  /** Asked after each token by cores that can be preempted: true means return `yielded` now. */
  shouldYield(): boolean;
  /** What bringing the context's state back has cost; at most once a turn. Never throws. */
  switched?(report: SwitchReport): void;
}

/** Tokens of texts, in the order given. */
export interface TokenCounts {
  readonly counts: readonly number[];
  readonly source: TokenSource;
}

/** The side of a core that runs a model file in this process. */
export interface LocalModelControl {
  /** Resolves when it is loaded. Throws `model-file-unusable`, `addon-missing`. */
  load(): Promise<void>;
  /** Frees its memory; states go to disk where they fit. Throws `conflict` while calls run. */
  unload(): Promise<void>;
  setSlots(slots: number): void;
  setKvBudget(ramBytes: number, diskBytes: number): void;
  view(): LocalModelView;
  /** Tells of each change of the view, at most four times a second. One listener. */
  watch(listener: (view: LocalModelView) => void): void;
}

export type CompletionOutcome =
  | {
      readonly type: "finished";
      readonly message: AssistantMessage;
      readonly finishReason: "stop" | "tool-calls" | "length";
      readonly usage: TokenUsage;
    }
  | { readonly type: "yielded"; readonly resume: ResumeState };

/** A model behind an endpoint or in the process. `info` does not change but for health and slots, kept by the kernel. */
export interface LlmCore {
  readonly info: CoreInfo;
  /**
   * Makes one answer. Throws KernelError with a `model-*`, `context-too-long` or `cancelled` code, and nothing else;
   * ends promptly when `run.signal` aborts. Never retries: retries belong to admission.
   */
  complete(request: CompletionRequest, run: CompletionRun): Promise<CompletionOutcome>;
  /** Counts as the model will. Absent: only an estimate can be had. Never throws, falls back to an estimate. */
  countTokens?(texts: readonly string[]): Promise<TokenCounts>;
  /** Window in tokens that the server was seen to give after a call; null before. Absent where none can be seen. */
  readonly verifiedWindow?: number | null;
  /** What is kept of an owner's context; null for nothing. */
  kept?(owner: AgentId): KeptState | null;
  /** Lets go of an owner's state in memory and on disk. Never rejects. */
  forget?(owner: AgentId): Promise<void>;
  /** One vector for each text, all of the same length. Throws as `complete` does. */
  embed?(texts: readonly string[], signal: AbortSignal): Promise<readonly Float32Array[]>;
  /** Set for a model file in this process. */
  readonly local?: LocalModelControl;
  close(): Promise<void>;
}

/** Progress in bytes, or in the work's own unit. */
export interface JobRun {
  readonly signal: AbortSignal;
  progress(progress: Progress): void;
}

/** Model files on this machine. */
export interface ModelFiles {
  /** Reads the header alone. Throws `not-found`, `model-file-unusable`. */
  inspect(file: string): Promise<ModelFileFacts>;
  /** Memory of this machine that is free now, in bytes. */
  freeMemory(): number;
  /** Model files in the program's own folder; those that cannot be read are left out. Never throws. */
  list(): Promise<readonly ModelFileFacts[]>;
  /**
   * Gets a file, going on where an earlier attempt for this address broke off; resolves to its path when it is whole
   * and its SHA-256, if one is given in hex, is right. Throws `page-unreachable`, `storage-failed` (no room),
   * `model-file-unusable`, `cancelled`.
   */
  download(url: string, sha256: string | null, run: JobRun): Promise<string>;
}

/** The engine that runs model files. */
export interface AddOn {
  /** Never throws. */
  look(): Promise<AddOnView>;
  /** Resolves when it is there. Throws `addon-missing` with the installer's own last words, `cancelled`. */
  install(run: JobRun): Promise<void>;
}

/** Opens, finds and tests cores. */
export interface CoreFactory {
  /** Cores that are always there. The last one is the embedded default. */
  builtIn(): readonly LlmCore[];
  open(config: CoreConfig, apiKey: string | null): LlmCore;
  /** A model file in this process; nothing is loaded yet. */
  openLocal(config: LocalModelConfig): LlmCore;
  /** Looks at the known ports of this machine and at the environment. Never throws; takes 2 s at most. */
  discover(
    signal: AbortSignal,
  ): Promise<readonly { readonly config: CoreConfig; readonly apiKey: string | null }[]>;
  /** Never throws: a failure is the report. Bounded in time. */
  test(baseUrl: string, model: string, apiKey: string | null, signal: AbortSignal): Promise<CoreTestResult>;
}

/** Keys and passwords. Values stand nowhere else: not in events, logs, errors or the database. */
export interface Secrets {
  get(name: string): Promise<string | null>;
  set(name: string, value: string): Promise<void>;
  delete(name: string): Promise<void>;
}

/** Small configuration that is not history: settings and added cores. Writes are atomic. */
export interface ConfigFile {
  load(): Promise<JsonObject | null>;
  save(value: JsonObject): Promise<void>;
}

export interface ManifestSource {
  /** Never throws: a bad file is a problem in the list. */
  load(): Promise<{
    readonly manifests: readonly AgentManifest[];
    readonly problems: readonly ManifestProblem[];
  }>;
}

export type * from "./file-ports.ts";
export type * from "./memory-ports.ts";
export type * from "./storage-ports.ts";
export type * from "./tool-ports.ts";
