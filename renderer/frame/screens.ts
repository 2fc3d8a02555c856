import {
  Brain,
  Cpu,
  Files,
  Inbox,
  LayoutDashboard,
  type LucideIcon,
  ShieldCheck,
  SquareUser,
  Wrench,
} from "lucide-react";
import type { ScreenName } from "../routes.ts";

export interface ScreenEntry {
  readonly name: ScreenName;
  readonly label: string;
  readonly icon: LucideIcon;
}

/** The screens in the order of the rail and of Mod+1, Mod+2, … */
export const SCREENS: readonly ScreenEntry[] = [
  { name: "overview", label: "Overview", icon: LayoutDashboard },
  { name: "agent", label: "Agent", icon: SquareUser },
  { name: "inbox", label: "Inbox", icon: Inbox },
  { name: "memory", label: "Memory", icon: Brain },
  { name: "files", label: "Files", icon: Files },
  { name: "tools", label: "Tools", icon: Wrench },
  { name: "access", label: "Access", icon: ShieldCheck },
  { name: "models", label: "Models", icon: Cpu },
];
