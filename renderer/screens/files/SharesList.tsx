import { Link2 } from "lucide-react";
import { toast } from "sonner";
import type { ShareView } from "../../../shared/files.ts";
import { Badge } from "../../components/Badge.tsx";
import { Button } from "../../components/Button.tsx";
import { Empty } from "../../components/Feedback.tsx";
import { scrollable } from "../../components/scrollable.ts";
import { NumberCell, Table } from "../../components/Table.tsx";
import { formatCount } from "../../format.ts";
import { useDataNow, useRequest, useSystem } from "../../store.tsx";
import { VisibleText } from "../inbox/VisibleText.tsx";
import { copyAddress } from "./copy-address.ts";
import styles from "./Lists.module.css";
import { timeLeftText } from "./words.ts";

const COLUMNS = [
  { id: "path", label: "Shared" },
  { id: "as", label: "As" },
  { id: "left", label: "Ends in", align: "number" },
  { id: "downloads", label: "Downloads", align: "number" },
  { id: "actions", label: <span className="unseen">Address and end</span> },
] as const;

/** The links that work now: who has the address of one can read it until it ends or is revoked. */
export function SharesList() {
  const shares = useSystem((system) => [...system.shares.values()]);
  const now = useDataNow();
  return (
    <section className={styles.list} aria-label="Shared links" {...scrollable}>
      <header className={styles.head}>
        <h2>Shared links</h2>
        <p>
          Whoever has the address on this machine can read it until it ends. Nothing can be changed by it.
        </p>
      </header>
      {shares.length === 0 ? (
        <Empty icon={Link2}>Nothing is shared. Choose a file or folder and press Share.</Empty>
      ) : (
        <div className={styles.wide}>
          <Table label="Shared links" columns={COLUMNS}>
            {shares.map((share) => (
              <Row key={share.id} share={share} now={now} />
            ))}
          </Table>
        </div>
      )}
    </section>
  );
}

function Row({ share, now }: { readonly share: ShareView; readonly now: number }) {
  const request = useRequest();
  const copy = async (): Promise<void> => {
    const address = await request("files.shareAddress", { shareId: share.id });
    if (address) await copyAddress(address.url);
  };
  const revoke = async (): Promise<void> => {
    if (await request("files.revokeShare", { shareId: share.id }))
      toast(`Revoked the link to ${share.path}: its address no longer works`);
  };
  return (
    <tr>
      <td className={styles.path}>
        <VisibleText text={share.path} />
      </td>
      <td>
        <Badge>{share.type === "zip" ? "Zip" : "File"}</Badge>
      </td>
      <NumberCell quantity={{ value: timeLeftText(share.expiresAt, now), unit: "" }} />
      <NumberCell quantity={{ value: formatCount(share.downloads), unit: "" }} />
      <td className={styles.end}>
        <Button
          size="small"
          aria-label={`Copy address of ${share.path}, ${share.id}`}
          onClick={() => void copy()}
        >
          Copy address
        </Button>{" "}
        <Button size="small" aria-label={`Revoke ${share.path}, ${share.id}`} onClick={() => void revoke()}>
          Revoke
        </Button>
      </td>
    </tr>
  );
}
