import type { ReactNode } from "react";
import type { FileContent, FileVersion } from "../../../shared/files.ts";
import { Empty } from "../../components/Feedback.tsx";
import { scrollable } from "../../components/scrollable.ts";
import { WhenLoaded } from "../../components/WhenLoaded.tsx";
import { formatBytes } from "../../format.ts";
import { useLoaded } from "../../store.tsx";
import { DiffView } from "../inbox/DiffView.tsx";
import { ContentView } from "./ContentView.tsx";
import { comparedTexts } from "./compared-texts.ts";
import { VersionAuthor } from "./VersionAuthor.tsx";
import styles from "./VersionsTab.module.css";
import { sidesOf, type VersionView } from "./version-view.ts";

export interface VersionDetailProps {
  readonly path: string;
  /** Newest first. */
  readonly versions: readonly FileVersion[];
  readonly view: VersionView;
}

/** The chosen version against the one before it or another, or all that it holds. */
export function VersionDetail({ path, versions, view }: VersionDetailProps) {
  const sides = sidesOf(view, versions);
  if (!sides) return <Empty className={styles.detail}>One of the two versions is not kept any more.</Empty>;
  const { before, after } = sides;
  return (
    <section className={styles.detail} aria-label="The chosen version">
      <p className={styles.facts}>
        {view.show === "comparison" && before ? (
          <>
            <span className="mono">{before.id}</span> by <VersionAuthor version={before} /> against{" "}
            <span className="mono">{after.id}</span> by <VersionAuthor version={after} />
          </>
        ) : (
          <>
            {view.show === "content" ? "All of " : "What "}
            <span className="mono">{after.id}</span>
            {view.show === "content" ? ", by " : " changed, by "}
            <VersionAuthor version={after} />
          </>
        )}
      </p>
      <div className={styles.body} {...scrollable}>
        {view.show === "content" ? (
          <Held version={after}>
            {(content) =>
              content === null ? (
                <Empty>The file was not there any more.</Empty>
              ) : (
                <ContentView label={`Content of ${after.id}`} content={content} />
              )
            }
          </Held>
        ) : (
          <Held version={before}>
            {(old) => (
              <Held version={after}>{(now) => <Difference path={path} before={old} after={now} />}</Held>
            )}
          </Held>
        )}
      </div>
    </section>
  );
}

interface HeldProps {
  readonly version: FileVersion | null;
  readonly children: (content: FileContent | null) => ReactNode;
}

/** What a version holds; null where there was no file. */
function Held({ version, children }: HeldProps) {
  return version === null || version.hash === null ? (
    children(null)
  ) : (
    <Loaded key={version.id} version={version}>
      {children}
    </Loaded>
  );
}

function Loaded({ version, children }: { readonly version: FileVersion } & Pick<HeldProps, "children">) {
  const { loaded, reload } = useLoaded("files.version", { versionId: version.id });
  return (
    <WhenLoaded loaded={loaded} reload={reload} lines={4}>
      {children}
    </WhenLoaded>
  );
}

interface DifferenceProps {
  readonly path: string;
  readonly before: FileContent | null;
  readonly after: FileContent | null;
}

function Difference({ path, before, after }: DifferenceProps) {
  if (before?.type === "binary" || after?.type === "binary")
    return (
      <Empty>
        No text to compare: {before ? formatBytes(before.bytes) : "nothing"} before,{" "}
        {after ? formatBytes(after.bytes) : "nothing"} after.
      </Empty>
    );
  const texts = comparedTexts(before, after);
  return (
    <div className={styles.diff}>
      <DiffView
        change={{ type: "file-change", path, ...texts }}
        cutNote="The file is too big to be compared whole: this is its start."
      />
    </div>
  );
}
