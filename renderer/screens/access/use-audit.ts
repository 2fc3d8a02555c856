import { useCallback, useEffect, useRef, useState } from "react";
import { AUDIT_PAGE, type AuditReport, type AuditRow } from "../../../shared/contract-access.ts";
import { type KernelErrorData, toErrorData } from "../../../shared/errors.ts";
import { type AgentId, type Seq, seq } from "../../../shared/ids.ts";
import type { Transport } from "../../../shared/transport.ts";
import { useTransport } from "../../store.tsx";

export interface AuditFilter {
  readonly agentId: AgentId | null;
  readonly verdict: "allow" | "ask" | "deny" | null;
  readonly text: string;
}

export const NO_FILTER: AuditFilter = { agentId: null, verdict: null, text: "" };

export interface Audit {
  /** Newest first; null before the first page has come. */
  readonly rows: readonly AuditRow[] | null;
  readonly more: "yes" | "no";
  readonly work: "idle" | "loading";
  readonly error: KernelErrorData | null;
  /** Reads again from the start. */
  reload(): void;
  loadMore(): void;
}

/** Rows of one page of the screen. */
const ROWS = 100;

/** The rows that pass the filter, older than `before`, page by page. Answers that come too late are dropped. */
export function useAudit(filter: AuditFilter, before: Seq | null): Audit {
  const transport = useTransport();
  const latest = useRef(0);
  const [rows, setRows] = useState<readonly AuditRow[] | null>(null);
  const [more, setMore] = useState<"yes" | "no">("no");
  const [work, setWork] = useState<"idle" | "loading">("loading");
  const [error, setError] = useState<KernelErrorData | null>(null);
  const { agentId, verdict, text } = filter;

  const read = useCallback(
    async (from: Seq | null, earlier: readonly AuditRow[]): Promise<void> => {
      latest.current += 1;
      const mine = latest.current;
      setWork("loading");
      try {
        const page = await transport.request("audit.read", {
          before: from,
          limit: ROWS,
          agentId,
          verdict,
          text,
        });
        if (mine !== latest.current) return;
        setRows([...earlier, ...page.rows]);
        setMore(page.more);
        setError(null);
      } catch (thrown) {
        if (mine === latest.current) setError(toErrorData(thrown));
      }
      if (mine === latest.current) setWork("idle");
    },
    [transport, agentId, verdict, text],
  );
  const reload = useCallback((): void => void read(before, []), [read, before]);
  useEffect(() => {
    reload();
    return () => {
      latest.current += 1;
    };
  }, [reload]);

  return {
    rows,
    more,
    work,
    error,
    reload,
    loadMore: () => void read(rows?.at(-1)?.event.seq ?? before, rows ?? []),
  };
}

/** Pages looked through for a row whose event is not known. */
const PAGES_LOOKED = 200;
/** Newer rows shown above the one that is looked for. */
const ROWS_ABOVE = 4;

/**
 * Where to start reading so that a row comes near the top: the `before` of the page. null for the newest. Rejects with
 * a KernelError.
 */
export async function placeOfRow(
  transport: Transport,
  broken: Extract<AuditReport, { readonly type: "broken" }>,
): Promise<Seq | null> {
  if (broken.seq !== null) return after(broken.seq);
  const seen: AuditRow[] = [];
  for (let page = 0; page < PAGES_LOOKED; page += 1) {
    const before = seen.at(-1)?.event.seq ?? null;
    const { rows, more } = await transport.request("audit.read", { before, limit: AUDIT_PAGE });
    seen.push(...rows);
    const at = seen.findIndex(({ row }) => row <= broken.row);
    if (at >= 0) return after(seen[Math.max(0, at - ROWS_ABOVE)]?.event.seq ?? seq(0));
    if (more === "no") break;
  }
  return null;
}

const after = (at: Seq): Seq => seq(at + 1);

/** The row that a report is about, or the one after the gap where it is missing. */
export function rowInQuestion(rows: readonly AuditRow[], row: number): AuditRow | null {
  return rows.find((each) => each.row === row) ?? rows.findLast((each) => each.row > row) ?? rows[0] ?? null;
}
