import { isWholeObject } from "./tolerant-json.ts";

/** One part of a tool call as it comes in a chunk, or a whole one. */
export interface ToolCallPiece {
  readonly index?: number | null | undefined;
  readonly id?: string | null | undefined;
  readonly name?: string | null | undefined;
  /** Text to append, or the arguments already parsed, as some servers send them. */
  readonly arguments?: unknown;
}

export interface AssembledCall {
  readonly id: string;
  readonly name: string;
  readonly arguments: string;
}

interface OpenCall {
  readonly index: number | null;
  id: string;
  name: string;
  arguments: string;
}

/**
 * Puts streamed tool calls together. The standard form gives every call an index and sends its arguments in pieces;
 * servers also leave out indexes or ids, give all calls index 0, or send each call whole.
 */
export class ToolCallAssembler {
  readonly #calls: OpenCall[] = [];

  get size(): number {
    return this.#calls.length;
  }

  add(piece: ToolCallPiece): void {
    const call = this.#callOf(piece);
    if (piece.id) call.id ||= piece.id;
    if (piece.name && piece.name !== call.name) call.name += piece.name;
    if (typeof piece.arguments === "string") call.arguments += piece.arguments;
    else if (piece.arguments !== undefined && piece.arguments !== null) {
      call.arguments = JSON.stringify(piece.arguments);
    }
  }

  /** The calls in order, each with an id that is neither in `taken` nor given twice: `call_<n>` where needed. */
  finish(taken: ReadonlySet<string>): readonly AssembledCall[] {
    const used = new Set(taken);
    let number = 0;
    return this.#calls.map((call) => {
      let id = call.id;
      while (id === "" || used.has(id)) {
        number += 1;
        id = `call_${number}`;
      }
      used.add(id);
      return { id, name: call.name, arguments: call.arguments };
    });
  }

  #callOf(piece: ToolCallPiece): OpenCall {
    const index = piece.index ?? null;
    const open =
      index === null ? this.#calls.at(-1) : this.#calls.findLast((candidate) => candidate.index === index);
    if (open !== undefined && !startsAnother(open, piece)) return open;
    const call: OpenCall = { index, id: "", name: "", arguments: "" };
    this.#calls.push(call);
    return call;
  }
}

/** A piece with a name belongs to a new call when its id differs or when the open call is already whole. */
function startsAnother(open: OpenCall, piece: ToolCallPiece): boolean {
  if (!piece.name) return false;
  if (piece.id && open.id !== "" && piece.id !== open.id) return true;
  return isWholeObject(open.arguments);
}
