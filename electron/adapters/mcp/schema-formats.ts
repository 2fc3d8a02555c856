import addFormats, { type FormatsPlugin } from "ajv-formats";

/** Teaches a validator the formats of strings, such as `date` and `email`. */
// The package's default export is one level deeper for Node's module loader than for its types.
const plugin: FormatsPlugin = "default" in addFormats ? (addFormats.default as FormatsPlugin) : addFormats;

export { plugin as addSchemaFormats };
