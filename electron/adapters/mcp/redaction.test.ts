import { expect, test } from "vitest";
import { redactJson, redactor } from "./redaction.ts";

test.each([
  ["sk-0123456789", "the key is sk-0123456789!", "the key is [secret]!"],
  ["Bearer sk-0123456789", "no user has sk-0123456789", "no user has [secret]"],
  ["Bearer sk-0123456789", "got Bearer sk-0123456789", "got [secret]"],
  ["postgres://ada:word@host/db", "at postgres://ada:word@host/db", "at [secret]"],
  ["https://host/?key=0123456789", "at https://host/?key=0123456789", "at [secret]"],
  // Values that a result may hold with good reason.
  ["true", "it is true", "it is true"],
  ["/home/ada/notes", "read /home/ada/notes/a.txt", "read /home/ada/notes/a.txt"],
  ["C:\\notes and more", "read C:\\notes and more\\a", "read C:\\notes and more\\a"],
  ["https://example.com/api", "at https://example.com/api/x", "at https://example.com/api/x"],
])("given %s, %s becomes %s", (value, text, redacted) => {
  expect(redactor({ A: value })(text)).toBe(redacted);
});

test.each([
  ["within JSON", (text: string) => JSON.stringify({ key: text }), '{"key":"[secret]"}'],
  [
    "within a text of JSON that is a text of JSON",
    (text: string) => JSON.stringify([JSON.stringify([text])]),
    JSON.stringify(['["[secret]"]']),
  ],
  [
    "in an address",
    (text: string) => `https://host/?a=${encodeURIComponent(text)}`,
    "https://host/?a=[secret]",
  ],
])("a secret of odd characters and lines is found %s", (_where, write, redacted) => {
  const value = 'a "quoted"\\key&\nof two lines';
  expect(redactor({ A: value })(write(value))).toBe(redacted);
});

test("a form is given without secrets, in its names too", () => {
  const schema = { properties: { "sk-0123456789": { default: ["sk-0123456789", 7] } } };
  expect(redactJson(redactor({ A: "sk-0123456789" }), schema)).toEqual({
    properties: { "[secret]": { default: ["[secret]", 7] } },
  });
});

test("a secret within a longer one leaves nothing of either", () => {
  expect(redactor({ A: "0123456789", B: "0123456789-and-more" })("0123456789-and-more")).toBe("[secret]");
});

test("half characters are replaced", () => {
  expect(redactor({})("a\ud800")).toBe("a\ufffd");
});
