import { useEffect, useState } from "react";

/** The value once it has stood still for `ms`; the first one at once. Compared as JSON. */
export function useSettled<T>(value: T, ms: number): T {
  const [settled, setSettled] = useState(value);
  const key = JSON.stringify(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(JSON.parse(key)), ms);
    return () => clearTimeout(timer);
  }, [key, ms]);
  return settled;
}
