import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./App.tsx";
import { NoToken } from "./NoToken.tsx";
import { createServices } from "./store.tsx";
import "./theme.css";
import type { Transport } from "../shared/transport.ts";
import { applyTheme, storedTheme } from "./theme.ts";
import { createIpcClient } from "./transport/ipc-client.ts";
import { forgetToken, takeToken, tokenInFragment } from "./transport/token.ts";
import { createWebSocketClient } from "./transport/websocket-client.ts";

const element = document.getElementById("root");
if (!element) throw new Error("The page has no #root");
const root = createRoot(element);

applyTheme(storedTheme());
start();

function start(): void {
  if (window.aios) {
    show(createIpcClient(window.aios));
    return;
  }
  // A printed address opened in this tab again changes only the fragment.
  window.addEventListener("hashchange", () => {
    if (tokenInFragment(window.location.hash) !== null) window.location.reload();
  });
  const token = takeToken(window);
  if (token === null) {
    root.render(<NoToken reason="missing" />);
    return;
  }
  show(
    createWebSocketClient({
      url: `ws://${window.location.host}/socket`,
      token,
      isThere,
      onRefused: () => {
        forgetToken(window);
        root.render(<NoToken reason="refused" />);
      },
    }),
  );
}

function show(transport: Transport): void {
  const services = createServices(transport);
  root.render(
    <StrictMode>
      <App services={services} />
    </StrictMode>,
  );
}

async function isThere(): Promise<"there" | "gone"> {
  try {
    await fetch(window.location.pathname, { method: "HEAD", cache: "no-store" });
    return "there";
  } catch {
    return "gone";
  }
}
