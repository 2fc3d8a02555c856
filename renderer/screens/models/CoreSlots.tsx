import type { CoreInfo } from "../../../shared/cores.ts";
import { NumberInput } from "../../components/inputs.tsx";
import { useRequest, useSystem } from "../../store.tsx";
import styles from "./CoreCard.module.css";
import { busySlots } from "./core-facts.ts";

/** How many calls run on a core at once, to be changed, and how many do now. */
export function CoreSlots({ core }: { readonly core: CoreInfo }) {
  const request = useRequest();
  const busy = useSystem((system) => busySlots(core.id, system));
  return (
    <>
      <NumberInput
        size="small"
        className={styles.number}
        aria-label={`Slots of ${core.title}`}
        value={core.capabilities.slots}
        minimum={1}
        maximum={64}
        onCommit={(slots) => void request("cores.setSlots", { coreId: core.id, slots })}
      />
      <span className={styles.unit}>{busy} busy</span>
    </>
  );
}
