/** What a synchronous action throws, for assertions about its fields. Throws itself when nothing is thrown. */
export function thrownBy(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error("Expected an error, and none was thrown");
}
