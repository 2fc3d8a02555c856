import type { AgentManifest } from "../../shared/manifest.ts";
import type { JsonObject } from "../../shared/messages.ts";

type Call = readonly [tool: string, args: JsonObject];

/** A day's work of one agent: its turns in order, several calls at once where they do not build on each other. */
export interface Work {
  readonly agent: string;
  readonly task: string;
  readonly turns: readonly (readonly Call[])[];
}

/** Beside the bundled agents, whose manifests are taken as they are. */
export const OWN_MANIFESTS: readonly (Pick<AgentManifest, "name" | "tools"> & Partial<AgentManifest>)[] = [
  { name: "page-keeper", tools: ["fetch_page", "write_file", "clock"] },
  { name: "researcher", tools: [], servers: ["files", "graph", "everything"] },
];

/** What lies in the workspace before: the person's own files. */
export const FILES: Readonly<Record<string, string>> = {
  "welcome.md": "# Welcome\n\nNotes of the house and the garden.\n",
  "notes/garden.md": "# Garden\n\nTomatoes by the wall. Water on Mondays.\nTODO: order seeds\n",
  "notes/house.md": "# House\n\nThe boiler is due in May.\nTODO: call the plumber\n",
  "notes/trip.md": "# Trip to Riga\n\nTrain on Friday at 9:40.\nTODO: book a room\n",
  "accounts/april.csv":
    "date,what,amount\n2026-04-02,seeds,14.50\n2026-04-09,paint,32.00\n2026-04-20,train,18.90\n",
  "accounts/may.csv": "date,what,amount\n2026-05-03,boiler,120.00\n2026-05-11,paint,12.00\n",
  "old/draft.txt": "An early draft.\n",
};

const read = (path: string): Call => ["read_file", { path }];
const search = (query: string): Call => ["search_files", { query }];
const write = (path: string, content: string): Call => ["write_file", { path, content }];
const remember = (text: string): Call => ["remember", { text }];
const recall = (query: string): Call => ["recall", { query }];
const calculate = (expression: string): Call => ["calculate", { expression }];
const run = (command: string): Call => ["run_command", { command }];

const clerk: Work = {
  agent: "file-clerk",
  task: "Collect the open tasks and the sums of the accounts, and tidy up",
  turns: [
    [["list_files", {}]],
    [
      ["list_files", { path: "notes" }],
      ["list_files", { path: "accounts" }],
    ],
    [search("TODO")],
    [read("notes/garden.md"), read("notes/house.md"), read("notes/trip.md")],
    [write("tasks.md", "# Open tasks\n\n- order seeds\n- call the plumber\n- book a room\n")],
    [read("accounts/april.csv"), read("accounts/may.csv")],
    [calculate("14.50 + 32.00 + 18.90"), calculate("120 + 12")],
    [write("accounts/sums.md", "April: 65.40\nMay: 132.00\n")],
    [read("old/draft.txt")],
    [["delete_file", { path: "old/draft.txt" }]],
    [write("notes/house.md", "# House\n\nThe boiler was seen to in May.\nTODO: call the plumber\n")],
    [search("plumber")],
    [read("tasks.md"), ["list_files", { path: "old" }]],
  ],
};

const keeper: Work = {
  agent: "note-keeper",
  task: "Keep what I tell you",
  turns: [
    [remember("Ada's birthday is 10 December"), remember("Bob likes cocoa")],
    [recall("birthday")],
    [remember("The office is in Riga, third floor"), remember("The plumber comes on Tuesdays")],
    [recall("office"), recall("plumber")],
    [["list_memories", {}]],
    [remember("The train to Riga leaves at 9:40")],
    [recall("train")],
    [["clock", { timezone: "Europe/Riga" }]],
    [remember("The parcel is at the neighbour's")],
    [recall("What does Bob like?")],
    [["list_memories", {}]],
    [recall("parcel"), remember("The parcel was fetched")],
  ],
};

const page = (path: string): Call => ["fetch_page", { url: `PAGES/${path}` }];

const pageKeeper: Work = {
  agent: "page-keeper",
  task: "Read the pages about tomatoes and write me a summary",
  turns: [
    [page("index")],
    [page("tomatoes"), page("soil"), page("water"), page("light")],
    [page("pests"), page("seeds")],
    [write("summaries/tomatoes.md", "# Tomatoes\n\nSun, deep soil, water in the morning.\n")],
    [page("harvest"), page("winter")],
    [write("summaries/tomatoes.md", "# Tomatoes\n\nSun, deep soil, water in the morning. Pick when red.\n")],
    [["clock", {}]],
    [page("news"), page("calendar"), page("moon")],
    [write("summaries/calendar.md", "# When\n\nSow in March, plant in May.\n")],
  ],
};

const files = (tool: string, args: JsonObject): Call => [`files__${tool}`, args];
const graph = (tool: string, args: JsonObject): Call => [`graph__${tool}`, args];
const entity = (name: string, entityType: string, observation: string): JsonObject => ({
  entities: [{ name, entityType, observations: [observation] }],
});

const researcher: Work = {
  agent: "researcher",
  task: "Read my papers and keep what they say in the graph",
  turns: [
    [graph("read_graph", {})],
    [files("list_directory", { path: "WORKSPACE/notes" })],
    [
      files("read_text_file", { path: "WORKSPACE/notes/garden.md" }),
      files("read_text_file", { path: "WORKSPACE/notes/trip.md" }),
    ],
    [files("search_files", { path: "WORKSPACE", pattern: "**/*.csv" })],
    [files("get_file_info", { path: "WORKSPACE/accounts/april.csv" })],
    [graph("create_entities", entity("Garden", "place", "Tomatoes by the wall"))],
    [graph("create_entities", entity("Riga", "city", "Train on Friday"))],
    [
      graph("add_observations", {
        observations: [{ entityName: "Garden", contents: ["Water on Mondays"] }],
      }),
    ],
    [graph("search_nodes", { query: "Riga" }), graph("open_nodes", { names: ["Garden"] })],
    [["everything__get-sum", { a: 14.5, b: 32 }]],
    [["everything__get-structured-content", { location: "Chicago" }]],
    [["everything__echo", { message: "half way" }]],
    [files("read_text_file", { path: "WORKSPACE/notes/house.md" })],
    [graph("create_entities", entity("Boiler", "thing", "Due in May"))],
    [
      graph("create_relations", {
        relations: [{ from: "Boiler", to: "Garden", relationType: "stands-near" }],
      }),
    ],
    [graph("read_graph", {}), files("list_directory", { path: "WORKSPACE/accounts" })],
  ],
};

const tutor: Work = {
  agent: "maths-tutor",
  task: "Help me with my homework",
  turns: [
    [calculate("23 * 19 + 7")],
    [calculate("2^10"), calculate("sqrt(144)")],
    [calculate("1/3 + 1/6")],
    [["clock", { timezone: "UTC" }]],
    [calculate("12 * 12"), calculate("12 * 13")],
    [calculate("7 * 8"), calculate("56 / 7")],
    [calculate("1 + 2 + 3 + 4 + 5")],
    [calculate("100 * 1.05^3")],
    [calculate("sin(pi / 2)")],
    [calculate("17 mod 5")],
    [["calendar", { operation: "difference", from: "2026-05-11", to: "2026-12-24" }]],
    [calculate("3! + 4!")],
  ],
};

const shell: Work = {
  agent: "shell-hand",
  task: "Tell me about the files and work out the sums",
  turns: [
    [run("ls -la")],
    [run("wc -l notes/garden.md notes/house.md notes/trip.md")],
    [run("cat accounts/april.csv")],
    [run("grep -n TODO notes/garden.md"), run("sort accounts/may.csv")],
    [run("head -n 2 accounts/april.csv")],
    [["run_javascript", { code: "console.log(14.5 + 32 + 18.9)" }]],
    [run("cut -d, -f2 accounts/april.csv")],
    [["run_javascript", { code: "console.log([120, 12].reduce((a, b) => a + b))" }]],
    [run("du -h accounts"), run("tail -n 1 accounts/may.csv")],
    [read("notes/trip.md"), run("ls notes")],
    [run("file welcome.md")],
    [run("awk -F, '{sum += $3} END {print sum}' accounts/may.csv")],
  ],
};

export const WORKS: readonly Work[] = [clerk, keeper, shell, pageKeeper, researcher, tutor];

export const callCount = (works: readonly Work[]): number =>
  works.reduce((sum, { turns }) => sum + turns.flat().length, 0);
