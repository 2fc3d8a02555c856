import type { SyscallId } from "../../../shared/ids.ts";
import type { Progress } from "../../../shared/syscall.ts";
import { ProgressBar } from "../../components/ProgressBar.tsx";
import { VisibleText } from "../inbox/VisibleText.tsx";

export interface CallProgressProps {
  readonly id: SyscallId;
  readonly progress: Progress;
}

/** How far a running call is, in its tool's own words. */
export const CallProgress = ({ id, progress }: CallProgressProps) => (
  <ProgressBar
    label={`Progress of ${id}`}
    done={progress.done}
    total={progress.total}
    message={progress.message !== "" && <VisibleText text={progress.message} />}
  />
);
