import { Table } from "../../components/Table.tsx";
import { routeHash } from "../../routes.ts";
import styles from "./HowToConnect.module.css";
import { KNOWN_SERVERS } from "./known-servers.ts";

const ADD_FILE = routeHash({ screen: "models", shown: { type: "add-file", way: "disk" } });

const COLUMNS = [
  { id: "server", label: "Server" },
  { id: "start", label: "Start it with" },
  { id: "address", label: "Address" },
] as const;

/** What to do where no model server was found. */
export function HowToConnect() {
  return (
    <section className={styles.howto} aria-labelledby="how-to-connect">
      <h2 id="how-to-connect">No model server was found on this machine</h2>
      <p>Start one of these and press “Look again”: it is found at its usual address.</p>
      <Table label="Model servers" columns={COLUMNS}>
        {KNOWN_SERVERS.map((server) => (
          <tr key={server.name}>
            <td>{server.name}</td>
            <td>
              <code>{server.start}</code>
            </td>
            <td>
              <code>{server.baseUrl}</code>
            </td>
          </tr>
        ))}
      </Table>
      <p className={styles.last}>
        Any other OpenAI-compatible address, here or in the cloud, can be added with its key. One in the
        environment (<code>OPENAI_API_KEY</code>, <code>OPENAI_BASE_URL</code>) is taken up by itself. A model
        file needs no server at all: <a href={ADD_FILE}>add a model file</a>.
      </p>
    </section>
  );
}
