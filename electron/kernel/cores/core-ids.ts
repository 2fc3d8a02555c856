import { z } from "zod";

/** Id of a core that a person adds: the same address and model are the same core. */
export const addedCoreId = (baseUrl: string, model: string): string =>
  `${z
    .url()
    .parse(baseUrl)
    .replace(/^https?:\/\//, "")
    .replace(/\/+$/, "")}/${model}`;
