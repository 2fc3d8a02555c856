import type { ServerName } from "../../../shared/ids.ts";
import { Checkbox } from "../../components/Checkbox.tsx";
import { useSystem } from "../../store.tsx";
import { readyServers } from "./launch-form.ts";
import styles from "./ServerChoice.module.css";

interface ServerChoiceProps {
  readonly chosen: readonly ServerName[];
  readonly error: string | null;
  readonly onChange: (chosen: readonly ServerName[]) => void;
}

/** The MCP servers whose tools the agent gets besides its own. Nothing where no server is ready. */
export function ServerChoice({ chosen, error, onChange }: ServerChoiceProps) {
  const ready = useSystem((system) => readyServers(system.servers.values()));
  // One that was chosen and is not ready any more stays, so that it can be taken back.
  const offered = [...new Set([...ready, ...chosen])];
  if (offered.length === 0) return null;
  return (
    <fieldset className={styles.servers}>
      <legend>Servers</legend>
      {error && (
        <p className={styles.error} role="alert">
          {error}
        </p>
      )}
      <div className={styles.choices}>
        {offered.map((name) => (
          <Checkbox
            key={name}
            value={name}
            state={chosen.includes(name) ? "on" : "off"}
            onChange={(state) =>
              onChange(state === "on" ? [...chosen, name] : chosen.filter((other) => other !== name))
            }
          >
            <span className="mono">{name}</span>
            {!ready.includes(name) && <span className="soft"> not ready now</span>}
          </Checkbox>
        ))}
      </div>
    </fieldset>
  );
}
