import { useEffect, useState } from "react";
import { toast } from "sonner";
import { type KernelErrorData, toErrorData } from "../../../shared/errors.ts";
import { Button } from "../../components/Button.tsx";
import { Dialog } from "../../components/Dialog.tsx";
import { Empty, ErrorNote, Skeleton } from "../../components/Feedback.tsx";
import { Kbd } from "../../components/Kbd.tsx";
import { useLoaded, useNavigation, useTransport } from "../../store.tsx";
import { LaunchFields } from "./LaunchFields.tsx";
import { type CheckedForm, checkForm, firstChoice, type LaunchForm } from "./launch-form.ts";
import { ManifestProblems } from "./ManifestProblems.tsx";
import { rememberAgent, rememberedAgent } from "./remembered-agent.ts";

export interface LaunchDialogProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
}

const EMPTY_FORM: LaunchForm = { agent: "", task: "", priority: null, model: null, mode: null, servers: [] };

/** Starts an agent on a task, or a demo fleet. What was typed stays until it was launched. */
export function LaunchDialog({ open, onOpenChange }: LaunchDialogProps) {
  const transport = useTransport();
  const { go } = useNavigation();
  const [form, setForm] = useState(EMPTY_FORM);
  const [wrong, setWrong] = useState<Extract<CheckedForm, { readonly type: "wrong" }> | null>(null);
  const [error, setError] = useState<KernelErrorData | null>(null);
  const [busy, setBusy] = useState<"idle" | "launching">("idle");
  /** The form is there once the agents are known. */
  const [fields, setFields] = useState<"there" | "missing">("missing");

  const run = async (work: () => Promise<void>): Promise<void> => {
    if (busy === "launching") return;
    setBusy("launching");
    setError(null);
    try {
      await work();
      onOpenChange(false);
    } catch (thrown) {
      setError(toErrorData(thrown));
    }
    setBusy("idle");
  };
  const launch = (chosen: LaunchForm): void => {
    const checked = checkForm(chosen);
    setWrong(checked.type === "wrong" ? checked : null);
    if (checked.type === "wrong") return;
    void run(async () => {
      const { agentId } = await transport.request("agents.launch", checked.input);
      rememberAgent(chosen.agent);
      setForm({ ...chosen, task: "" });
      go({ screen: "agent", agentId });
    });
  };
  const launchFleet = (): void =>
    void run(async () => {
      const { agentIds } = await transport.request("agents.launchFleet", {});
      toast.success(`Launched ${agentIds.length} agents`);
      go({ screen: "overview" });
    });

  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Launch an agent"
      width="wide"
      footer={
        <>
          <Button style={{ marginRight: "auto" }} disabled={busy === "launching"} onClick={launchFleet}>
            Launch a demo fleet
          </Button>
          <Button onClick={() => onOpenChange(false)}>Cancel</Button>
          <Button
            variant="primary"
            type="submit"
            form="launch"
            disabled={busy === "launching" || fields === "missing"}
          >
            Launch <Kbd keys="Mod+Enter" />
          </Button>
        </>
      }
    >
      {error && <ErrorNote error={error} />}
      <LaunchBody
        form={form}
        wrong={wrong}
        onChange={(next) => {
          setForm(next);
          setWrong(null);
        }}
        onLaunch={launch}
        onFields={setFields}
      />
    </Dialog>
  );
}

interface LaunchBodyProps {
  readonly form: LaunchForm;
  readonly wrong: Extract<CheckedForm, { readonly type: "wrong" }> | null;
  readonly onChange: (form: LaunchForm) => void;
  readonly onLaunch: (form: LaunchForm) => void;
  readonly onFields: (fields: "there" | "missing") => void;
}

/** Mounted only while the dialog is open, so the catalogue is read anew each time. */
function LaunchBody({ form, wrong, onChange, onLaunch, onFields }: LaunchBodyProps) {
  const { loaded, reload } = useLoaded("agents.catalogue", {});
  const fields = loaded.status === "ready" && loaded.output.manifests.length > 0 ? "there" : "missing";
  useEffect(() => {
    onFields(fields);
    return () => onFields("missing");
  }, [fields, onFields]);
  const [remembered] = useState(rememberedAgent);
  switch (loaded.status) {
    case "loading":
      return <Skeleton lines={6} />;
    case "failed":
      return <ErrorNote error={loaded.error} actions={<Button onClick={reload}>Try again</Button>} />;
    case "ready": {
      const { manifests, problems } = loaded.output;
      const agent = manifests.some(({ name }) => name === form.agent)
        ? form.agent
        : firstChoice(manifests, remembered);
      return (
        <>
          {manifests.length === 0 ? (
            <Empty actions={<Button onClick={reload}>Look again</Button>}>No agent could be loaded.</Empty>
          ) : (
            <LaunchFields
              form={{ ...form, agent }}
              wrong={wrong}
              manifests={manifests}
              onChange={onChange}
              onLaunch={onLaunch}
            />
          )}
          <ManifestProblems problems={problems} />
        </>
      );
    }
  }
}
