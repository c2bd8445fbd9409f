// SPDX-License-Identifier: EUPL-1.2
// The grid itself: one cell takes the focus, arrow keys go on from it, Enter opens it, and meetings are dragged from cell to cell.
import { html, memo, useLayoutEffect, useRef, useState } from "../shared/html.js";
import { t } from "../shared/text.js";

const PAGE = 10; // rows of a page key

// rows: of grid-model. heads: of the columns. open({row, column, request}): a cell was chosen. drop(request, {row, column}): a meeting was let go there.
// undo: the last step. drag: the request that is being dragged. mayDrop(row, column): whether that looks possible. refused: {row, column} of what was
// refused; quiet(): it is known. first, total: of the rows that are shown, of all there are.
export function GridTable({ caption, corner, rows, heads, open, drop, drag, setDrag, mayDrop, takeOut, undo, refused, quiet, first, total }) {
  const [at, setAt] = useState({ row: null, column: 0 });
  const table = useRef(), follow = useRef(false);
  const row = Math.max(0, rows.findIndex((r) => r.key === at.row));
  const cell = (e) => {
    const td = e.target.closest("td[data-column]");
    return td && { td, row: td.parentNode.dataset.row, column: Number(td.dataset.column), request: td.dataset.request };
  };
  useLayoutEffect(() => {
    if (!follow.current) return;
    follow.current = false;
    const target = table.current.querySelector('td[tabindex="0"]');
    target?.focus();
    target?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [at]);
  const onKeyDown = (e) => {
    const here = cell(e);
    if (!here || e.target !== here.td) return;
    if (e.key === "Escape" && refused) return quiet();
    if ((e.ctrlKey || e.metaKey) && e.key === "z") return e.preventDefault(), undo();
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    if (["Enter", " ", "F2"].includes(e.key)) return e.preventDefault(), open(here);
    if (e.key === "Delete" && here.request) return e.preventDefault(), takeOut(here.request, here);
    const to = step(e, rows.findIndex((r) => r.key === here.row), here.column, rows.length, heads.length);
    if (!to) return;
    e.preventDefault();
    follow.current = true;
    setAt({ row: rows[to[0]].key, column: to[1] });
  };
  const onClick = (e) => {
    const here = cell(e);
    if (here) setAt(here), here.td.focus(), open(here);
  };
  const onDragStart = (e) => {
    const here = cell(e);
    if (!here?.request) return;
    e.dataTransfer.setData("text/plain", here.request);
    e.dataTransfer.effectAllowed = "move";
    setTimeout(() => setDrag(here.request)); // a change in the same turn would end the drag
  };
  const onDrop = (e) => {
    const here = cell(e), request = e.dataTransfer.getData("text/plain");
    if (!here || !request) return;
    e.preventDefault();
    setDrag(null);
    drop(request, here);
  };
  return html`<div class="scroll grid-scroll" role="group" aria-label=${caption}>
    <table class="grid" role="grid" aria-rowcount=${total + 1} ref=${table} onKeyDown=${onKeyDown} onClick=${onClick} onDragStart=${onDragStart} onDragEnd=${() => setDrag(null)}
      onDragOver=${(e) => e.dataTransfer.types.includes("text/plain") && cell(e) && e.preventDefault()} onDrop=${onDrop}>
      <caption class="hidden">${caption}</caption>
      <thead><tr aria-rowindex="1"><th scope="col">${corner}</th>${heads.map((head, i) => html`<th scope="col" key=${i}>${head.text}${head.hint && html`<br /><small class="soft">${head.hint}</small>`}</th>`)}</tr></thead>
      <tbody>${rows.map((r, i) => html`<${Row} key=${r.key} row=${r} index=${first + i + 2} refused=${refused?.row === r.key ? refused.column : -1} column=${i === row ? Math.min(at.column, heads.length - 1) : -1} drops=${drag ? dropsOf(r.key, heads, mayDrop) : ""} />`)}</tbody>
    </table>
  </div>`;
}

// Where a meeting may go is marked; a row without such a place is not drawn again.
function dropsOf(row, heads, mayDrop) {
  const marks = heads.map((_, c) => (mayDrop(row, c) ? "1" : "0")).join("");
  return marks.includes("1") ? marks : "";
}

function step(e, row, column, rows, columns) {
  const to = { ArrowUp: [row - 1, column], ArrowDown: [row + 1, column], ArrowLeft: [row, column - 1], ArrowRight: [row, column + 1], PageUp: [row - PAGE, column], PageDown: [row + PAGE, column], Home: [row, 0], End: [row, columns - 1] }[e.key];
  return to && [Math.max(0, Math.min(rows - 1, to[0])), Math.max(0, Math.min(columns - 1, to[1]))];
}

const Row = memo(({ row, index, column, refused, drops }) => html`<tr data-row=${row.key} aria-rowindex=${index}>
  <th scope="row">${row.head}${row.hint && html`<br /><small class="soft">${row.hint}</small>`}</th>
  ${row.cells.map((c, i) => html`<td key=${i} data-column=${i} data-request=${c.request} draggable=${c.request ? "true" : undefined} tabindex=${i === column ? "0" : "-1"} class=${`${c.kind}${c.pinned ? " pinned" : ""}${drops[i] === "1" ? " may" : ""}${i === refused ? " refused" : ""}`}
    aria-label=${c.request ? undefined : t(c.kind === "off" ? "plan.cell.off" : "plan.cell.free")}>${c.request && html`${c.text} <small>${c.hint}</small>${c.pinned && html`<span class="hidden">, ${t("plan.cell.pinned")}</span>`}`}</td>`)}
</tr>`);
