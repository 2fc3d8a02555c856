/** Makes every member that the stand-in does not have an error that names it, instead of a silent `undefined`. */
export function refuseUnbuilt<T extends object>(name: string, built: T): T {
  return new Proxy(built, {
    get(target, member) {
      // What awaits or prints a value looks for these on anything.
      const asked = typeof member === "symbol" || member === "then" || member === "toJSON";
      if (!(member in target) && !asked) {
        throw new Error(
          `The stand-in has no ${name}.${member}; build it in e2e/stand-in if the app needs it`,
        );
      }
      const value: unknown = Reflect.get(target, member);
      // Private fields belong to the object itself, not to this proxy of it.
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
