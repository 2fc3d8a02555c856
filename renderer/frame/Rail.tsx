import { Keyboard, type LucideIcon, Monitor, Moon, Search, Sun } from "lucide-react";
import { keyText } from "../components/Kbd.tsx";
import { Tooltip } from "../components/Tooltip.tsx";
import { useNavigation, useSystem } from "../store.tsx";
import { nextTheme, type Theme } from "../theme.ts";
import { useActions, useTheme } from "./actions.tsx";
import styles from "./Rail.module.css";
import { SCREENS } from "./screens.ts";
import { useLastAgent } from "./use-last-agent.ts";

const THEME_ICONS: Record<Theme, LucideIcon> = { system: Monitor, light: Sun, dark: Moon };

/** The screens, and what is at hand on all of them. */
export function Rail() {
  const { route, go } = useNavigation();
  const actions = useActions();
  const theme = useTheme();
  const lastAgent = useLastAgent();
  const waiting = useSystem((system) => system.approvals.size + system.elicitations.size);
  return (
    <nav className={styles.rail} aria-label="Screens">
      <div className={styles.brand}>
        <Mark />
        <span>AIOS</span>
      </div>
      {SCREENS.map((screen, index) => (
        <Tooltip key={screen.name} content={screen.label} keys={`Mod+${index + 1}`} side="right">
          <button
            type="button"
            className={styles.entry}
            aria-current={route.screen === screen.name ? "page" : undefined}
            onClick={() =>
              go(screen.name === "agent" ? { screen: "agent", agentId: lastAgent } : { screen: screen.name })
            }
          >
            <screen.icon size={16} aria-hidden />
            <span className={styles.label}>{screen.label}</span>
            {screen.name === "inbox" && waiting > 0 && (
              <span className={styles.count}>
                {waiting}
                <span className="unseen"> waiting</span>
              </span>
            )}
          </button>
        </Tooltip>
      ))}
      <div className={styles.space} />
      <RailAction
        icon={Search}
        label="Commands"
        more={keyText("Mod+K")}
        onClick={() => actions.show("palette")}
      />
      <RailAction icon={Keyboard} label="Keys" more="?" onClick={() => actions.show("keys")} />
      <RailAction
        icon={THEME_ICONS[theme]}
        label="Theme"
        more={theme}
        onClick={() => actions.setTheme(nextTheme(theme))}
      />
    </nav>
  );
}

interface RailActionProps {
  readonly icon: LucideIcon;
  readonly label: string;
  /** Its keys, or how it is set. */
  readonly more: string;
  readonly onClick: () => void;
}

function RailAction({ icon: Icon, label, more, onClick }: RailActionProps) {
  return (
    <button type="button" className={styles.entry} title={`${label} (${more})`} onClick={onClick}>
      <Icon size={16} aria-hidden />
      <span className={styles.label}>{label}</span>
      <span className={styles.more}>{more}</span>
    </button>
  );
}

/** Calls through one gate onto slots. */
const Mark = () => (
  <svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true">
    <path d="M1 4h6M1 9h6M1 14h6" stroke="currentColor" strokeWidth="1.6" strokeLinecap="round" />
    <rect x="10" y="2" width="7" height="6" rx="1.5" fill="currentColor" />
    <rect x="10" y="10" width="7" height="6" rx="1.5" fill="currentColor" opacity="0.5" />
  </svg>
);
