import { Plus, Wrench } from "lucide-react";
import { useEffect } from "react";
import { Button } from "../../components/Button.tsx";
import { Empty, ErrorNote, Skeleton } from "../../components/Feedback.tsx";
import { useLoaded, useNavigation, useSystem } from "../../store.tsx";
import { AddServerDialog } from "./AddServerDialog.tsx";
import { ServerPane } from "./ServerPane.tsx";
import { ToolList } from "./ToolList.tsx";
import { ToolPane } from "./ToolPane.tsx";
import styles from "./ToolsScreen.module.css";
import { type ToolsLoaded, useShown } from "./use-shown.ts";

/** The tools there are and the servers they come from: what each does, how it does, and who may use it. */
export function ToolsScreen() {
  const { go } = useNavigation();
  const { shown, dialog } = useShown();
  const tools = useTools();
  return (
    <div className={styles.screen}>
      <aside className={styles.side}>
        <header className={styles.head}>
          <h1>Tools</h1>
          <Button size="small" icon={Plus} onClick={() => go({ screen: "tools", shown: { type: "add" } })}>
            Add a server
          </Button>
        </header>
        <ToolList tools={tools} shown={shown} />
      </aside>
      <section className={styles.main} aria-label="Details" key={shown ? `${shown.type} ${shown.name}` : ""}>
        {shown?.type === "server" && <ServerPane name={shown.name} tools={tools} />}
        {shown?.type === "tool" && <ShownTool name={shown.name} tools={tools} />}
        {shown === null && <NothingShown />}
      </section>
      <AddServerDialog
        open={dialog !== null}
        tab={dialog ?? "form"}
        onTab={(tab) => go({ screen: "tools", shown: { type: tab === "form" ? "add" : "import" } })}
        onClose={(added) => {
          const next = added ? ({ type: "server", name: added } as const) : shown;
          go(next ? { screen: "tools", shown: next } : { screen: "tools" });
        }}
      />
    </div>
  );
}

/** The tools, read again whenever a server's tools have come or gone. */
function useTools(): ToolsLoaded {
  const { loaded, reload } = useLoaded("tools.list", {});
  const key = useSystem((system) =>
    [...system.servers.values()]
      .map(({ name, status, digest, options }) =>
        [
          name,
          status.type,
          digest,
          options.concurrency,
          options.timeoutMs,
          JSON.stringify(options.effects),
        ].join(" "),
      )
      .join("\n"),
  );
  useEffect(reload, [reload, key]);
  return { loaded, reload };
}

function ShownTool({
  name,
  tools: { loaded, reload },
}: {
  readonly name: string;
  readonly tools: ToolsLoaded;
}) {
  switch (loaded.status) {
    case "loading":
      return <Skeleton lines={6} />;
    case "failed":
      return (
        <div className={styles.note}>
          <ErrorNote error={loaded.error} actions={<Button onClick={reload}>Try again</Button>} />
        </div>
      );
    case "ready": {
      const tool = loaded.output.tools.find(({ specification }) => specification.name === name);
      if (tool) return <ToolPane tool={tool} />;
      return (
        <Empty icon={Wrench} className={styles.empty} actions={<a href="#/tools">All tools</a>}>
          There is no tool {name} now. Its server may be off.
        </Empty>
      );
    }
  }
}

function NothingShown() {
  const { go } = useNavigation();
  return (
    <Empty
      icon={Wrench}
      className={styles.empty}
      actions={
        <Button variant="primary" icon={Plus} onClick={() => go({ screen: "tools", shown: { type: "add" } })}>
          Add a server
        </Button>
      }
    >
      Choose a tool to see what it does and to try it, or add an MCP server with tools of its own.
    </Empty>
  );
}
