// SPDX-License-Identifier: EUPL-1.2
// A value that views follow: useStore(store) gives it, and draws again when it changes.
import { useEffect, useState } from "./html.js";

export function store(value) {
  const followers = new Set();
  return {
    get: () => value,
    set(next) {
      value = next;
      for (const follow of [...followers]) follow(value);
    },
    follow(fn) {
      followers.add(fn);
      return () => followers.delete(fn);
    },
  };
}

export function useStore(s) {
  const [value, set] = useState(s.get());
  useEffect(() => {
    set(s.get());
    return s.follow((v) => set(() => v));
  }, [s]);
  return value;
}
