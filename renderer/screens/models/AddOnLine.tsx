import { Download } from "lucide-react";
import { ADD_ON_COMMAND, canInstall } from "../../add-on.ts";
import { Button } from "../../components/Button.tsx";
import { useSystem } from "../../store.tsx";
import styles from "./AddOnLine.module.css";
import { runs } from "./job-words.ts";
import { useJobActions } from "./use-jobs.ts";

/** How to have model files run here, in one line; nothing where they do. */
export function AddOnLine() {
  const addOn = useSystem((system) => system.addOn);
  const installing = useSystem((system) =>
    [...system.jobs.values()].some((job) => job.kind === "add-on" && runs(job)),
  );
  const { install } = useJobActions();
  switch (addOn.status) {
    case "installed":
    case "bundled":
      return null;
    case "unsupported":
    case "missing":
      // No word yet: the kernel has not looked.
      if (addOn.text === "") return null;
      if (!canInstall(addOn)) return <Told text={addOn.text} />;
      return (
        <div className={styles.line} role="note" aria-label="Engine for model files">
          <p className={styles.text}>
            {addOn.version === null
              ? "Model files can run in this program itself: install the engine (85 MB), here or with "
              : `The engine for model files is of another version, ${addOn.version}: install it anew, here or with `}
            <code>{ADD_ON_COMMAND}</code>.
          </p>
          <Button size="small" icon={Download} disabled={installing} onClick={() => void install()}>
            {installing ? "Installing…" : "Install"}
          </Button>
        </div>
      );
  }
}

const Told = ({ text }: { readonly text: string }) => (
  <p className={styles.line} role="note" aria-label="Engine for model files">
    <span className={styles.text}>Model files cannot run in this program itself. {text}.</span>
  </p>
);
