import { EVENT_VERSION, type KernelEvent } from "./events.ts";
import { STANDARD_GROUP } from "./standard-group.ts";

interface StoredEvent {
  readonly v: number;
  readonly type?: string;
  readonly [field: string]: unknown;
}

/** Reads an event of any version that was ever written. Throws on one from the future. */
export function upgradeEvent(stored: { readonly v: number }): KernelEvent {
  if (stored.v > EVENT_VERSION) {
    throw new Error(
      `The log holds an event of version ${stored.v}; this program reads up to ${EVENT_VERSION}`,
    );
  }
  if (stored.v === EVENT_VERSION) return stored as KernelEvent;
  // Versions 3 and 4 added kinds of events and changed none.
  const event = stored.v === 1 ? fromFirstVersion(stored) : stored;
  return { ...event, v: EVENT_VERSION } as KernelEvent;
}

/** Version 1 knew neither privilege groups, nor taint, nor requests that expire. */
function fromFirstVersion(stored: StoredEvent): StoredEvent {
  if (stored.type === "agent.created") {
    const spec = stored.spec as { readonly manifest: object };
    const manifest = { groups: [STANDARD_GROUP.name], servers: [], ...spec.manifest };
    return { ...stored, spec: { ...spec, manifest } };
  }
  if (stored.type === "approval.requested") {
    const approval = stored.approval as { readonly requestedAt: number };
    const added = { by: "mode", taint: [], ruleOffers: [], expiresAt: approval.requestedAt };
    return { ...stored, approval: { ...added, ...approval } };
  }
  return stored;
}
