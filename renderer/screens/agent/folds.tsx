import { createContext, type ReactNode, useContext, useState } from "react";

type Fold = "open" | "folded";

const FoldsContext = createContext<Map<string, Fold> | null>(null);

/** Keeps what was unfolded inside it while rows come and go with scrolling. */
export function Folds({ children }: { readonly children: ReactNode }) {
  const [folds] = useState(() => new Map<string, Fold>());
  return <FoldsContext value={folds}>{children}</FoldsContext>;
}

/** A fold by name, as it was left; `first` before it was ever touched. */
export function useFold(name: string, first: Fold): readonly [Fold, () => void] {
  const folds = useContext(FoldsContext);
  const [fold, setFold] = useState<Fold>(() => folds?.get(name) ?? first);
  const toggle = (): void => {
    const next = fold === "open" ? "folded" : "open";
    folds?.set(name, next);
    setFold(next);
  };
  return [fold, toggle];
}
