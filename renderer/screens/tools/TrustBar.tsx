import { BookOpen, ShieldCheck } from "lucide-react";
import type { ServerInfo } from "../../../shared/servers.ts";
import { Button } from "../../components/Button.tsx";
import { ErrorNote } from "../../components/Feedback.tsx";
import { formatCount } from "../../format.ts";
import styles from "./TrustBar.module.css";
import type { Trust } from "./use-trust.ts";

interface TrustBarProps {
  readonly server: ServerInfo;
  readonly trust: Trust;
}

/** Characters of a digest that a person compares. */
const SHOWN_DIGEST = 16;

/** The next step towards using a server: reading its tools once, then trusting exactly what was read. */
export function TrustBar({ server, trust }: TrustBarProps) {
  const { step, work, error, read } = trust;
  if (step.type === "none") return null;
  return (
    <section className={styles.bar} aria-label={`Trust in ${server.name}`}>
      {error && <ErrorNote error={error} />}
      <div className={styles.step}>
        {step.type === "read" ? (
          <>
            <Button variant="primary" icon={BookOpen} disabled={work !== "idle"} onClick={read}>
              {work === "reading" ? "Reading its tools…" : readWords(server)}
            </Button>
            <p className={styles.note}>
              {server.transport.type === "stdio"
                ? "Runs exactly the command above, reads its list of tools, and ends it. No tool is called."
                : "Opens the address above, reads its list of tools, and closes it. No tool is called."}
            </p>
          </>
        ) : (
          <>
            <Button
              variant="primary"
              icon={ShieldCheck}
              disabled={work !== "idle"}
              onClick={() => trust.enable(step.digest)}
            >
              {work === "starting" ? "Starting…" : TRUST_WORDS[step.again]}
            </Button>
            <Button disabled={work !== "idle"} onClick={read}>
              {work === "reading" ? "Reading its tools…" : "Read its tools again"}
            </Button>
            <p className={styles.note}>
              Trust covers {server.transport.type === "stdio" ? "this command" : "this address"} and{" "}
              {toolsText(server.tools?.length ?? 0)}, word for word: digest{" "}
              <code title={step.digest}>{step.digest.slice(0, SHOWN_DIGEST)}</code>. Any change turns it off
              again.
            </p>
          </>
        )}
      </div>
    </section>
  );
}

const toolsText = (count: number): string =>
  count === 1 ? "its one tool" : `its ${formatCount(count)} tools`;

const readWords = ({ transport }: ServerInfo): string =>
  transport.type === "stdio" ? "Start it once to read its tools" : "Open it once to read its tools";

const TRUST_WORDS = {
  first: "Trust and enable",
  "new-version": "Trust the new version and enable",
  same: "Enable",
} as const;
