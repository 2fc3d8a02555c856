import { XMLParser } from "fast-xml-parser";
import { z } from "zod";
import { Unreadable } from "./unreadable.ts";

export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly (XmlElement | string)[];
}

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: "",
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
});

const nodes = z.array(z.record(z.string(), z.unknown()));
const attributesSchema = z.record(z.string(), z.string());

/** The elements of a document, in order. Throws `Unreadable` for what is no XML. */
export function parseXml(text: string): readonly (XmlElement | string)[] {
  try {
    return toChildren(parser.parse(text));
  } catch {
    throw new Unreadable("its XML is broken");
  }
}

function toChildren(value: unknown): readonly (XmlElement | string)[] {
  return nodes.parse(value).map((node) => {
    const [name = ""] = Object.keys(node).filter((key) => key !== ":@");
    if (name === "#text") return String(node[name]);
    return {
      name,
      attributes: node[":@"] === undefined ? {} : attributesSchema.parse(node[":@"]),
      children: toChildren(node[name]),
    };
  });
}

/** The elements of these names, wherever they lie, in order; none inside another. */
export function* elementsOf(
  within: readonly (XmlElement | string)[],
  names: readonly string[],
): Generator<XmlElement> {
  for (const child of within) {
    if (typeof child === "string") continue;
    if (names.includes(child.name)) yield child;
    else yield* elementsOf(child.children, names);
  }
}

/** All text within, as it stands. */
export const textOf = (children: readonly (XmlElement | string)[]): string =>
  children.map((child) => (typeof child === "string" ? child : textOf(child.children))).join("");
