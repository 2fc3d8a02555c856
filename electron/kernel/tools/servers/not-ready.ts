import { KernelError } from "../../../../shared/errors.ts";
import type { ServerName } from "../../../../shared/ids.ts";
import type { ServerStatus } from "../../../../shared/servers.ts";

/** Why a server takes no calls, and the way out. */
export function notReady(name: ServerName, status: ServerStatus): KernelError {
  switch (status.type) {
    case "restarting":
      return new KernelError(
        "server-not-ready",
        `The server ${name} is restarting: ${status.error.message}`,
        {
          hint: "Call again after that",
          retryAt: status.until,
        },
      );
    case "failed":
      return new KernelError("server-not-ready", `The server ${name} has failed: ${status.error.message}`, {
        hint: "The person can start it again in Tools",
      });
    case "changed":
      return new KernelError("server-not-ready", `The server ${name} is not the one that was trusted`, {
        hint: "The person must review what has changed in Tools",
      });
    case "disabled":
      return new KernelError("server-not-ready", `The server ${name} is disabled`, {
        hint: "The person can enable it in Tools",
      });
    case "starting":
    case "ready":
      return new KernelError("server-not-ready", `The server ${name} has just lost its connection`, {
        hint: "Call again in a moment",
      });
  }
}
