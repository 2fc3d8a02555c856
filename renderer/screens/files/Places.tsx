import { Bot, Folder, HardDrive, Link2, Lock, type LucideIcon, Trash2, Users } from "lucide-react";
import type { ReactNode } from "react";
import { formatBytes, formatCount } from "../../format.ts";
import { type FilesShown, routeHash } from "../../routes.ts";
import { useSystem } from "../../store.tsx";
import styles from "./Places.module.css";
import type { Place, PlaceGroup, PlaceKind } from "./places.ts";

const ICONS: Readonly<Record<PlaceKind, LucideIcon>> = {
  common: Folder,
  agent: Bot,
  group: Users,
  mount: HardDrive,
};

const READ_ONLY = (
  <span title="Read-only">
    <Lock size={12} aria-hidden />
    <span className="unseen">read-only</span>
  </span>
);

export interface PlacesProps {
  readonly groups: readonly PlaceGroup[];
  /** The workspace that is listed; null in the trash and the like. */
  readonly current: Place | null;
  readonly shown: FilesShown;
}

/** The workspaces, the trash and the shared links, with what they take on the disk. */
export function Places({ groups, current, shown }: PlacesProps) {
  const shares = useSystem((system) => system.shares.size);
  return (
    <nav className={styles.places} aria-label="Places">
      {groups.map(({ title, places }) => (
        <section key={title} className={styles.group} aria-label={title}>
          {title !== "Common" && <h2>{title}</h2>}
          <ul>
            {places.map((place) => (
              <li key={place.name}>
                <PlaceLink
                  shown={{ type: "folder", path: place.path }}
                  icon={ICONS[place.kind]}
                  label={place.label}
                  title={place.folder}
                  current={shown.type === "folder" && current?.name === place.name ? "yes" : "no"}
                  mark={place.access === "read-only" ? READ_ONLY : null}
                />
              </li>
            ))}
          </ul>
        </section>
      ))}
      <section className={styles.group} aria-label="More">
        <ul>
          <li>
            <PlaceLink
              shown={{ type: "trash" }}
              icon={Trash2}
              label="Trash"
              current={shown.type === "trash" ? "yes" : "no"}
            />
          </li>
          <li>
            <PlaceLink
              shown={{ type: "shares" }}
              icon={Link2}
              label="Shared links"
              current={shown.type === "shares" ? "yes" : "no"}
              mark={shares > 0 ? formatCount(shares) : null}
            />
          </li>
        </ul>
      </section>
      <DiskFacts />
    </nav>
  );
}

interface PlaceLinkProps {
  readonly shown: FilesShown;
  readonly icon: LucideIcon;
  readonly label: string;
  readonly title?: string;
  readonly current: "yes" | "no";
  readonly mark?: ReactNode;
}

function PlaceLink({ shown, icon: Icon, label, title, current, mark }: PlaceLinkProps) {
  return (
    <a
      className={styles.place}
      href={routeHash({ screen: "files", shown })}
      title={title}
      aria-current={current === "yes" ? "page" : undefined}
    >
      <Icon size={14} aria-hidden />
      <span className={styles.label}>{label}</span>
      {mark && <span className={styles.mark}>{mark}</span>}
    </a>
  );
}

/** What the files take; its room is kept before it was measured. */
function DiskFacts() {
  const disk = useSystem((system) => system.disk);
  return (
    <dl className={styles.disk}>
      <dt>Files</dt>
      <dd>{disk ? formatBytes(disk.workspaceBytes) : "–"}</dd>
      <dt>Versions</dt>
      <dd>{disk ? formatBytes(disk.versionBytes) : "–"}</dd>
      <dt>Free</dt>
      <dd>{disk ? formatBytes(disk.freeBytes) : "–"}</dd>
    </dl>
  );
}
