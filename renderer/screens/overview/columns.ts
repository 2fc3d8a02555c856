import type { SortColumn } from "./agent-rows.ts";

export interface Column {
  readonly id: string;
  readonly label: string;
  readonly align: "left" | "number";
  /** null: not sortable. */
  readonly sort: SortColumn | null;
  /** What the figure means, for the tooltip of the heading. */
  readonly meaning?: string;
}

/** The columns of the agent table, in order; their widths are in AgentTable.module.css. */
export const COLUMNS: readonly Column[] = [
  { id: "id", label: "Id", align: "left", sort: "id" },
  { id: "agent", label: "Agent", align: "left", sort: "agent" },
  { id: "task", label: "Task", align: "left", sort: null },
  { id: "state", label: "State", align: "left", sort: "state" },
  { id: "waiting", label: "Waiting for", align: "left", sort: null },
  { id: "service", label: "Service", align: "number", sort: "service", meaning: "Time on slots, all calls" },
  {
    id: "wait",
    label: "Wait",
    align: "number",
    sort: "wait",
    meaning: "Time in queues and for you, all calls",
  },
  {
    id: "share",
    label: "Share",
    align: "left",
    sort: "service",
    meaning: "Part of the service of all live agents; the mark is the fair share",
  },
  { id: "context", label: "Context", align: "left", sort: "context", meaning: "Context against the window" },
  { id: "tokens", label: "Tokens", align: "number", sort: "tokens", meaning: "Prompt and output tokens" },
  { id: "cost", label: "Cost", align: "number", sort: "cost" },
  {
    id: "switches",
    label: "Switches",
    align: "number",
    sort: "switches",
    meaning: "Times it was taken off a slot before its call had ended",
  },
  { id: "priority", label: "Priority", align: "number", sort: "priority", meaning: "0 lowest, 9 highest" },
  { id: "actions", label: "Actions", align: "left", sort: null },
];
