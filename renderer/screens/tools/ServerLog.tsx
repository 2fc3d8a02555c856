import type { ServerName } from "../../../shared/ids.ts";
import { Disclosure } from "../../components/Disclosure.tsx";
import { scrollable } from "../../components/scrollable.ts";
import { formatCount, formatTime } from "../../format.ts";
import { useSystem } from "../../store.tsx";
import { VisibleText } from "../inbox/VisibleText.tsx";
import { Part } from "./Part.tsx";
import styles from "./ServerLog.module.css";

/** The last lines that a server has written, newest last. */
export function ServerLog({ name }: { readonly name: ServerName }) {
  const lines = useSystem((system) => system.serverLogs.get(name)) ?? [];
  return (
    <Part title="Log">
      {lines.length === 0 ? (
        <p className="soft">It has written nothing.</p>
      ) : (
        <Disclosure
          summary={`The last ${lines.length === 1 ? "line" : `${formatCount(lines.length)} lines`}`}
        >
          <section className={styles.log} aria-label={`Log of ${name}`} {...scrollable}>
            <ol>
              {lines.map((line, index) => (
                <li key={index} className={styles.line}>
                  <time className="faint" dateTime={new Date(line.at).toISOString()}>
                    {formatTime(line.at)}
                  </time>
                  <span className="soft">{line.level}</span>
                  <span className={styles.text}>
                    <VisibleText text={line.text} />
                  </span>
                </li>
              ))}
            </ol>
          </section>
        </Disclosure>
      )}
    </Part>
  );
}
