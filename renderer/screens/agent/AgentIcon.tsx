import {
  BookOpen,
  Bot,
  Brain,
  Calculator,
  ClipboardCheck,
  FileSearch,
  FolderOpen,
  FolderPen,
  Globe,
  type LucideIcon,
  Network,
  NotebookPen,
  PencilLine,
  ScanEye,
  Sigma,
  SquareTerminal,
  Users,
  Workflow,
} from "lucide-react";

/** The icons that manifests may name, by lucide's names. */
const ICONS: Readonly<Record<string, LucideIcon>> = {
  "book-open": BookOpen,
  bot: Bot,
  brain: Brain,
  calculator: Calculator,
  "clipboard-check": ClipboardCheck,
  "file-search": FileSearch,
  folder: FolderOpen,
  "folder-open": FolderOpen,
  "folder-pen": FolderPen,
  globe: Globe,
  network: Network,
  "notebook-pen": NotebookPen,
  "pencil-line": PencilLine,
  "scan-eye": ScanEye,
  sigma: Sigma,
  terminal: SquareTerminal,
  users: Users,
  workflow: Workflow,
};

/** The icon of an agent; a robot where its manifest names one that is not among ours. */
export function AgentIcon({ name, size = 16 }: { readonly name: string; readonly size?: number }) {
  const Icon = (Object.hasOwn(ICONS, name) ? ICONS[name] : undefined) ?? Bot;
  return <Icon size={size} aria-hidden />;
}
