import { useState } from "react";
import type { Attachment } from "../../../shared/syscall.ts";
import { Button } from "../../components/Button.tsx";
import { Dialog } from "../../components/Dialog.tsx";
import { ErrorNote, Skeleton } from "../../components/Feedback.tsx";
import { formatBytes } from "../../format.ts";
import { useLoaded } from "../../store.tsx";
import { VisibleText } from "../inbox/VisibleText.tsx";
import styles from "./Attachments.module.css";
import { ResultReader } from "./ResultReader.tsx";

/** Types that a browser draws as a picture, and nothing else. */
const DRAWN = /^image\/(png|jpeg|gif|webp|avif|bmp|svg\+xml)$/;

export interface AttachmentsProps {
  /** The tool that returned them. */
  readonly tool: string;
  readonly attachments: readonly Attachment[];
}

/** What a result holds besides its text: images, and the whole of a text that was cut. */
export function Attachments({ tool, attachments }: AttachmentsProps) {
  if (attachments.length === 0) return null;
  const images = attachments.filter(({ type }) => type === "image");
  return (
    <ul className={styles.attachments} aria-label={`What ${tool} returned besides text`}>
      {attachments.map((attachment) => (
        <li key={attachment.id}>
          {attachment.type === "image" ? (
            <Image
              attachment={attachment}
              text={`Image ${images.indexOf(attachment) + 1} of ${images.length} from ${tool}`}
            />
          ) : (
            <WholeText attachment={attachment} tool={tool} />
          )}
        </li>
      ))}
    </ul>
  );
}

function Image({ attachment, text }: { readonly attachment: Attachment; readonly text: string }) {
  const [size, setSize] = useState<"small" | "large">("small");
  const facts = (
    <span className={styles.facts}>
      <VisibleText text={attachment.mimeType} />, {formatBytes(attachment.bytes)}
    </span>
  );
  if (!DRAWN.test(attachment.mimeType))
    return <p className="soft">An image that is not shown here: {facts}</p>;
  return (
    <figure>
      <button
        type="button"
        className={styles.frame}
        onClick={() => setSize("large")}
        aria-label={`${text}: enlarge`}
      >
        <Picture attachment={attachment} text={text} />
      </button>
      <figcaption>{facts}</figcaption>
      <Dialog
        open={size === "large"}
        onOpenChange={(open) => setSize(open ? "large" : "small")}
        title={text}
        description={facts}
        width="wide"
      >
        <Picture attachment={attachment} text={text} />
      </Dialog>
    </figure>
  );
}

/** Read only once it is drawn: a long transcript draws what is on the screen. */
function Picture({ attachment, text }: { readonly attachment: Attachment; readonly text: string }) {
  const { loaded } = useLoaded("results.image", { resultId: attachment.id });
  switch (loaded.status) {
    case "loading":
      return <Skeleton lines={2} />;
    case "failed":
      return <ErrorNote error={loaded.error} />;
    case "ready":
      return (
        <img
          className={styles.image}
          src={`data:${attachment.mimeType};base64,${loaded.output.base64}`}
          alt={text}
        />
      );
  }
}

function WholeText({ attachment, tool }: { readonly attachment: Attachment; readonly tool: string }) {
  const [reader, setReader] = useState<"open" | "closed">("closed");
  return (
    <>
      <Button size="small" onClick={() => setReader("open")}>
        Read the whole result, {formatBytes(attachment.bytes)}
      </Button>
      <ResultReader
        open={reader === "open"}
        onOpenChange={(open) => setReader(open ? "open" : "closed")}
        resultId={attachment.id}
        tool={tool}
      />
    </>
  );
}
