import { HardDrive, MemoryStick } from "lucide-react";
import type { MemoryItemView } from "../../../shared/memory.ts";
import { classes } from "../../components/classes.ts";
import styles from "./PlaceMark.module.css";
import { placeText } from "./words.ts";

/** Where an item is held, as shape, colour and word. */
export function PlaceMark({ place }: { readonly place: MemoryItemView["place"] }) {
  const Icon = place === "ram" ? MemoryStick : HardDrive;
  return (
    <span
      className={classes(styles.mark, place === "ram" && styles.ram)}
      title={place === "ram" ? "Held in RAM, and on disk" : "On disk: it comes back into RAM when it is used"}
    >
      <Icon size={12} aria-hidden />
      {placeText(place)}
    </span>
  );
}
