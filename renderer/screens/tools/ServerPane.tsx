import { PowerOff, RotateCcw, Trash2, Wrench } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import type { ServerName } from "../../../shared/ids.ts";
import type { ServerInfo } from "../../../shared/servers.ts";
import { Button, IconButton } from "../../components/Button.tsx";
import { ConfirmDialog } from "../../components/Dialog.tsx";
import { Empty, ErrorNote } from "../../components/Feedback.tsx";
import { StateMark } from "../../components/StateMark.tsx";
import { useDataNow, useNavigation, useRequest, useSystem } from "../../store.tsx";
import { ServerFacts } from "./ServerFacts.tsx";
import { ServerLog } from "./ServerLog.tsx";
import { ServerOptionsForm } from "./ServerOptionsForm.tsx";
import styles from "./ServerPane.module.css";
import { ServerTools } from "./ServerTools.tsx";
import { serverLook } from "./server-words.ts";
import { ToolChanges } from "./ToolChanges.tsx";
import { TrustBar } from "./TrustBar.tsx";
import type { ToolsLoaded } from "./use-shown.ts";
import { useTrust } from "./use-trust.ts";

interface ServerPaneProps {
  readonly name: ServerName;
  readonly tools: ToolsLoaded;
}

/** One server: what is run, what it offers, what it may do; and the way from not reviewed to trusted. */
export function ServerPane({ name, tools }: ServerPaneProps) {
  const server = useSystem((system) => system.servers.get(name));
  if (!server) {
    return (
      <Empty icon={Wrench} className={styles.empty} actions={<a href="#/tools">All tools</a>}>
        There is no server {name}.
      </Empty>
    );
  }
  return <Server server={server} tools={tools} />;
}

interface ServerProps {
  readonly server: ServerInfo;
  readonly tools: ToolsLoaded;
}

function Server({ server, tools: { loaded } }: ServerProps) {
  const { name, status } = server;
  const trust = useTrust(server);
  const { step } = trust;
  const offered = loaded.status === "ready" ? loaded.output.tools.filter((tool) => tool.server === name) : [];
  return (
    <>
      <article className={styles.pane} aria-labelledby="server-title">
        <Head server={server} />
        {(status.type === "failed" || status.type === "restarting") && (
          <ErrorNote error={status.error} actions={<StartAgain server={server} />} />
        )}
        {status.type === "changed" && <ToolChanges changes={status.changes} />}
        <ServerFacts server={server} offered={offered} />
        <ServerTools
          server={server}
          offered={offered}
          purpose={step.type === "trust" && step.again !== "same" ? "review" : "use"}
        />
        <ServerOptionsForm key={server.name} server={server} />
        <ServerLog name={server.name} />
      </article>
      <TrustBar server={server} trust={trust} />
    </>
  );
}

function Head({ server }: { readonly server: ServerInfo }) {
  const now = useDataNow();
  const request = useRequest();
  const { go } = useNavigation();
  const [removal, setRemoval] = useState<"asked" | "none">("none");
  const look = serverLook(server, now);
  const runs = ["starting", "ready", "restarting", "failed"].includes(server.status.type);
  const remove = async (): Promise<void> => {
    const removed = await request("servers.remove", { name: server.name });
    if (!removed) return;
    toast.success(`Removed ${server.name}`);
    go({ screen: "tools" });
  };
  return (
    <header className={styles.head}>
      <h2 id="server-title" className="mono">
        {server.name}
      </h2>
      <span role="status" className={styles.status}>
        <StateMark state={look.state} word={look.word} />
      </span>
      {look.more !== "" && <span className={styles.more}>{look.more}</span>}
      {server.restarts > 0 && (
        <span className={styles.more}>
          restarted {server.restarts === 1 ? "once" : `${server.restarts} times`}
        </span>
      )}
      <div className={styles.actions}>
        {server.status.type === "ready" && (
          <Button icon={RotateCcw} onClick={() => void request("servers.restart", { name: server.name })}>
            Restart
          </Button>
        )}
        {runs && (
          <Button icon={PowerOff} onClick={() => void request("servers.disable", { name: server.name })}>
            Disable
          </Button>
        )}
        <IconButton icon={Trash2} label={`Remove ${server.name}`} onClick={() => setRemoval("asked")} />
      </div>
      <ConfirmDialog
        open={removal === "asked"}
        onOpenChange={(open) => setRemoval(open ? "asked" : "none")}
        title={`Remove ${server.name}?`}
        description="It is stopped, calls of its tools that run now fail, and its secrets and your trust in it are forgotten. What its tools have done stays."
        confirm={`Remove ${server.name}`}
        onConfirm={() => void remove()}
      />
    </header>
  );
}

function StartAgain({ server: { name, status } }: { readonly server: ServerInfo }) {
  const request = useRequest();
  return (
    <Button size="small" icon={RotateCcw} onClick={() => void request("servers.restart", { name })}>
      {status.type === "restarting" ? "Start it now" : "Start again"}
    </Button>
  );
}
