import { type FormEvent, useState } from "react";
import { toast } from "sonner";
import type { ServerInfo, ServerOptions, ToolEffects } from "../../../shared/servers.ts";
import { Button } from "../../components/Button.tsx";
import { Checkbox } from "../../components/Checkbox.tsx";
import { Field } from "../../components/Field.tsx";
import { NumberInput, Select } from "../../components/inputs.tsx";
import { Table } from "../../components/Table.tsx";
import { useRequest } from "../../store.tsx";
import { VisibleText } from "../inbox/VisibleText.tsx";
import { Part } from "./Part.tsx";
import styles from "./ServerOptionsForm.module.css";
import { sameOptions, withEffects, withOffer } from "./server-options.ts";
import { EFFECT_WORDS, saysEffects } from "./server-words.ts";

type Change = (part: Partial<ServerOptions>) => void;

/** What the person allows a server. Nothing counts before it is saved. */
export function ServerOptionsForm({ server }: { readonly server: ServerInfo }) {
  const request = useRequest();
  const [draft, setDraft] = useState<ServerOptions | null>(null);
  const [work, setWork] = useState<"idle" | "saving">("idle");
  const options = draft ?? server.options;
  const changed = draft !== null && !sameOptions(draft, server.options);
  const change: Change = (part) => setDraft({ ...options, ...part });
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (!changed) return;
    setWork("saving");
    const saved = await request("servers.setOptions", { name: server.name, options: copyOf(draft) });
    setWork("idle");
    if (!saved) return;
    setDraft(null);
    toast.success(`Saved the options of ${server.name}`);
  };
  return (
    <Part title="Options" note={changed && <span className={styles.unsaved}>not saved yet</span>}>
      <form className={styles.form} onSubmit={(event) => void save(event)}>
        <Limits options={options} onChange={change} />
        {server.tools !== null && server.tools.length > 0 && (
          <ToolOptions server={server} options={options} onChange={change} />
        )}
        <div className={styles.bar}>
          <Button variant="primary" type="submit" disabled={!changed || work === "saving"}>
            {work === "saving" ? "Saving…" : "Save options"}
          </Button>
          {changed && <Button onClick={() => setDraft(null)}>Discard</Button>}
        </div>
      </form>
    </Part>
  );
}

/** The contract's input is made of lists of its own. */
const copyOf = (options: ServerOptions): ServerOptions => ({
  ...options,
  disabledTools: [...options.disabledTools],
});

interface LimitsProps {
  readonly options: ServerOptions;
  readonly onChange: Change;
}

function Limits({ options, onChange }: LimitsProps) {
  return (
    <div className={styles.limits}>
      <Field label="Calls at once" hint="over all its tools">
        <NumberInput
          value={options.concurrency}
          minimum={1}
          maximum={64}
          onCommit={(concurrency) => onChange({ concurrency })}
        />
      </Field>
      <Field label="Time limit of a call, s" hint="then it is cancelled">
        <NumberInput
          value={Math.round(options.timeoutMs / 1_000)}
          minimum={1}
          maximum={3_600}
          onCommit={(seconds) => onChange({ timeoutMs: seconds * 1_000 })}
        />
      </Field>
      <Field label="Its results hold" hint={DATA_HINTS[options.data]}>
        <Select
          value={options.data}
          choices={[
            { value: "private", label: "Private data" },
            { value: "public", label: "Public data" },
          ]}
          onChoose={(data) => onChange({ data })}
        />
      </Field>
      <Field label="Asking your models" hint="through the model queue, at your cost">
        <Select
          value={options.sampling}
          choices={[
            { value: "refuse", label: "Refuse" },
            { value: "allow", label: "Allow" },
          ]}
          onChoose={(sampling) => onChange({ sampling })}
        />
      </Field>
      <Field label="Tokens of an answer" hint="at most, for one question">
        <NumberInput
          value={options.samplingTokens}
          minimum={1}
          maximum={100_000}
          disabled={options.sampling === "refuse"}
          onCommit={(samplingTokens) => onChange({ samplingTokens })}
        />
      </Field>
    </div>
  );
}

const DATA_HINTS: Readonly<Record<ServerOptions["data"], string>> = {
  private: "who has read them sends nothing elsewhere unasked",
  public: "who has read them may go on as before",
};

const AS_SAID = "as-said";

const COLUMNS = [
  { id: "tool", label: "Tool" },
  { id: "offer", label: "Offered to agents" },
  { id: "effects", label: "Taken as" },
] as const;

interface ToolOptionsProps extends LimitsProps {
  readonly server: ServerInfo;
}

function ToolOptions({ server, options, onChange }: ToolOptionsProps) {
  return (
    <Table label="Options of each tool" columns={COLUMNS} className={styles.tools}>
      {(server.tools ?? []).map((tool) => (
        <tr key={tool.name}>
          <td>
            <code>
              <VisibleText text={tool.name} />
            </code>
          </td>
          <td>
            <Checkbox
              value={tool.name}
              state={options.disabledTools.includes(tool.name) ? "off" : "on"}
              onChange={(state) => onChange(withOffer(options, tool.name, state))}
            >
              <span className="unseen">Offer {tool.name}</span>
            </Checkbox>
          </td>
          <td>
            <Select<ToolEffects | typeof AS_SAID>
              size="small"
              className={styles.effects}
              aria-label={`${tool.name} is taken as`}
              value={options.effects[tool.name] ?? AS_SAID}
              choices={[
                { value: AS_SAID, label: `As it says: ${EFFECT_WORDS[saysEffects(tool)]}` },
                { value: "reads", label: `It ${EFFECT_WORDS.reads}` },
                { value: "changes", label: `It ${EFFECT_WORDS.changes}` },
                { value: "changes-for-good", label: `It ${EFFECT_WORDS["changes-for-good"]}` },
              ]}
              onChoose={(effects) =>
                onChange(withEffects(options, tool.name, effects === AS_SAID ? null : effects))
              }
            />
          </td>
        </tr>
      ))}
    </Table>
  );
}
