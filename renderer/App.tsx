import { useEffect } from "react";
import { Toaster } from "sonner";
import styles from "./App.module.css";
import { classes } from "./components/classes.ts";
import { Skeleton } from "./components/Feedback.tsx";
import { TooltipProvider } from "./components/Tooltip.tsx";
import { Announcer } from "./frame/Announcer.tsx";
import { ActionsProvider, useActions, useOpenWindow, useTheme } from "./frame/actions.tsx";
import { KeysDialog } from "./frame/KeysDialog.tsx";
import { Notices } from "./frame/Notices.tsx";
import { Palette } from "./frame/Palette.tsx";
import { Rail } from "./frame/Rail.tsx";
import { StatusBar } from "./frame/StatusBar.tsx";
import { SCREENS } from "./frame/screens.ts";
import { shortcutFor, takesText } from "./frame/shortcuts.ts";
import { useLastAgent } from "./frame/use-last-agent.ts";
import { AccessScreen } from "./screens/access/AccessScreen.tsx";
import { AgentScreen } from "./screens/agent/AgentScreen.tsx";
import { FilesScreen } from "./screens/files/FilesScreen.tsx";
import { InboxScreen } from "./screens/inbox/InboxScreen.tsx";
import { MemoryScreen } from "./screens/memory/MemoryScreen.tsx";
import { ModelsScreen } from "./screens/models/ModelsScreen.tsx";
import { NoAgent } from "./screens/overview/NoAgent.tsx";
import { OverviewScreen } from "./screens/overview/OverviewScreen.tsx";
import { ToolsScreen } from "./screens/tools/ToolsScreen.tsx";
import { type createServices, StoreProvider, useLive, useNavigation } from "./store.tsx";

export interface AppProps {
  readonly services: ReturnType<typeof createServices>;
}

export function App({ services }: AppProps) {
  return (
    <StoreProvider services={services}>
      <TooltipProvider>
        <ActionsProvider>
          <Frame />
        </ActionsProvider>
      </TooltipProvider>
    </StoreProvider>
  );
}

function Frame() {
  const actions = useActions();
  const window = useOpenWindow();
  const theme = useTheme();
  const phase = useLive((live) => live.phase);
  const connection = useLive((live) => live.connection.type);
  useShortcuts();
  return (
    <div className={styles.app}>
      <Notices />
      <div className={styles.middle}>
        <Rail />
        <main className={classes(styles.main, connection === "lost" && styles.stale)}>
          {phase === "loading" ? <Skeleton lines={8} /> : <Screen />}
        </main>
      </div>
      <StatusBar />
      <Announcer />
      <Palette open={window === "palette"} onOpenChange={(open) => actions.show(open ? "palette" : null)} />
      <KeysDialog open={window === "keys"} onOpenChange={(open) => actions.show(open ? "keys" : null)} />
      <Toaster theme={theme} position="bottom-right" offset={40} visibleToasts={4} />
    </div>
  );
}

function Screen() {
  const { route } = useNavigation();
  const lastAgent = useLastAgent();
  switch (route.screen) {
    case "overview":
      return <OverviewScreen />;
    case "agent":
      return lastAgent ? (
        <AgentScreen key={lastAgent} agentId={lastAgent} />
      ) : (
        <>
          <h1 className="unseen">Agent</h1>
          <NoAgent />
        </>
      );
    case "inbox":
      return <InboxScreen />;
    case "memory":
      return <MemoryScreen />;
    case "files":
      return <FilesScreen />;
    case "tools":
      return <ToolsScreen />;
    case "access":
      return <AccessScreen />;
    case "models":
      return <ModelsScreen />;
  }
}

function useShortcuts(): void {
  const actions = useActions();
  const { go } = useNavigation();
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const { key, ctrlKey, metaKey, altKey } = event;
      const focus = takesText(event.target) ? "typing" : "elsewhere";
      const shortcut = shortcutFor({ key, ctrlKey, metaKey, altKey, focus }, SCREENS.length);
      if (!shortcut || event.defaultPrevented) return;
      event.preventDefault();
      if (shortcut.type !== "screen") {
        actions.show(shortcut.type);
        return;
      }
      const screen = SCREENS[shortcut.index];
      if (!screen) return;
      actions.show(null);
      go(screen.name === "agent" ? { screen: "agent", agentId: null } : { screen: screen.name });
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [actions, go]);
}
