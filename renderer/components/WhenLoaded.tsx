import type { ReactNode } from "react";
import type { Loaded } from "../store.tsx";
import { Button } from "./Button.tsx";
import { ErrorNote, Skeleton } from "./Feedback.tsx";

export interface WhenLoadedProps<T> {
  /** As `useLoaded` gives it. */
  readonly loaded: Loaded<T>;
  readonly reload: () => void;
  /** Lines of the skeleton that stands there meanwhile. */
  readonly lines: number;
  /** Of the note that says what failed. */
  readonly className?: string | undefined;
  readonly children: (output: T) => ReactNode;
}

/** What was asked for, once it is there; a skeleton before, and what failed with the way to try again. */
export function WhenLoaded<T>({ loaded, reload, lines, className, children }: WhenLoadedProps<T>) {
  switch (loaded.status) {
    case "loading":
      return <Skeleton lines={lines} />;
    case "failed":
      return (
        <ErrorNote
          className={className}
          error={loaded.error}
          actions={
            <Button size="small" onClick={reload}>
              Try again
            </Button>
          }
        />
      );
    case "ready":
      return children(loaded.output);
  }
}
