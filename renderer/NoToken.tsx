import styles from "./NoToken.module.css";

export interface NoTokenProps {
  readonly reason: "missing" | "refused";
}

/** Stands in place of the app where the token is missing or wrong. */
export function NoToken({ reason }: NoTokenProps) {
  return (
    <main className={styles.page}>
      <h1>Open the address that the program printed: it carries the token</h1>
      <p>
        {reason === "missing"
          ? "This page was opened without a token, so it cannot talk to the kernel."
          : "The token of this page is not the one of the program that runs now. It is new at each start."}
      </p>
      <p>
        Look in the terminal for a line with an address such as <code>http://127.0.0.1:4100/#token=…</code>{" "}
        and open it as it is.
      </p>
    </main>
  );
}
