// SPDX-License-Identifier: EUPL-1.2
// How large the hall's board writes: as large as lets all tables stand on the screen, and when they cannot, as small as one still reads from afar.
import { useEffect, useState } from "../shared/html.js";

const WIDE = 960; // px: there tables are shown page by page, else all of them
const HEAD = 205; // px above and below the tables
const ROW = 3.5; // em of one table, as style.css has it
// Parts of the window's width that a letter is large, and in how many columns a slot then stands.
const LOOKS = [[0.022, 1], [0.018, 1], [0.0155, 2]];
const SMALLEST = 19; // px

function look(tables) {
  if (innerWidth < WIDE) return { fit: Number.MAX_SAFE_INTEGER };
  const looks = LOOKS.map(([part, columns]) => {
    const size = Math.max(SMALLEST, innerWidth * part), across = innerWidth < 1600 ? 1 : columns;
    return { fit: Math.max(3, Math.floor((innerHeight - HEAD) / (ROW * size))) * across, fontSize: `${size.toFixed(1)}px`, "--across": String(across) };
  });
  return looks.find((one) => one.fit >= tables) ?? looks.at(-1);
}

export function useFit(tables) {
  const [, again] = useState(0);
  useEffect(() => {
    const draw = () => again((n) => n + 1);
    addEventListener("resize", draw);
    return () => removeEventListener("resize", draw);
  }, []);
  return look(tables);
}
