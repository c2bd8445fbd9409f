// SPDX-License-Identifier: EUPL-1.2
// Two lines over time: the best value found and the proven bound of a level; the same as a table.
import { Select } from "../shared/form.js";
import { html, useState } from "../shared/html.js";
import { number, t } from "../shared/text.js";
import { Scroll } from "../shared/ui.js";
import { LEVELS, levelValue } from "./plan-words.js";

const W = 640, H = 220, LEFT = 56, BOTTOM = 26, TOP = 12, RIGHT = 12;
const ROWS = 60; // of the table

export function Curve({ points }) {
  const [chosen, choose] = useState(null);
  const level = chosen ?? openLevel(points);
  const seen = points.filter((p) => p.levels[level] && p.levels[level].value !== null);
  return html`<div>
    <${Select} path="/curve" label=${t("plan.curve.level")} options=${LEVELS.map((l) => [l, t(`plan.level.${l}`)])} value=${level} on=${choose} needed />
    ${seen.length > 0 && html`<${Drawing} level=${level} points=${seen} />`}
    <p class="hint">${t("plan.curve.meaning")}</p>
    <${AsTable} level=${level} points=${seen} />
  </div>`;
}

// The first level where something is still open at some time.
function openLevel(points) {
  return LEVELS.find((l) => points.some((p) => p.levels[l] && p.levels[l].value !== p.levels[l].bound)) ?? "weight";
}

function Drawing({ level, points }) {
  const values = points.flatMap((p) => [p.levels[level].value, p.levels[level].bound]);
  const low = Math.min(...values), high = Math.max(...values), span = high - low || 1;
  const until = Math.max(points[points.length - 1].seconds, 1);
  const x = (seconds) => LEFT + (seconds / until) * (W - LEFT - RIGHT), y = (v) => H - BOTTOM - ((v - low) / span) * (H - TOP - BOTTOM);
  const line = (of) => points.map((p, i) => `${i ? `H${x(p.seconds).toFixed(1)}V` : `M${x(p.seconds).toFixed(1)} `}${y(p.levels[level][of]).toFixed(1)}`).join("");
  const last = points[points.length - 1].levels[level];
  return html`<svg class="curve" viewBox=${`0 0 ${W} ${H}`} role="img" aria-label=${t("plan.curve.said", { level: t(`plan.level.${level}`), value: levelValue(level, last.value), bound: levelValue(level, last.bound), seconds: number(until, { maximumFractionDigits: 0 }) })}>
    ${[...new Set([low, high])].map((v) => html`<g key=${v}><path class="rule" d=${`M${LEFT} ${y(v)}H${W - RIGHT}`} /><text x=${LEFT - 6} y=${y(v) + 4} text-anchor="end">${levelValue(level, v)}</text></g>`)}
    <path class="bound" d=${line("bound")} /><path class="best" d=${line("value")} />
    <text x=${LEFT} y=${H - 6}>0 s</text><text x=${W - RIGHT} y=${H - 6} text-anchor="end">${number(until, { maximumFractionDigits: 0 })} s</text>
  </svg>
  <p class="row"><small><svg class="curve key" viewBox="0 0 30 8" aria-hidden="true"><path class="best" d="M0 4H30" /></svg> ${t("plan.value")}</small>
    <small><svg class="curve key" viewBox="0 0 30 8" aria-hidden="true"><path class="bound" d="M0 4H30" /></svg> ${t("plan.bound")}</small></p>`;
}

// Only where something changes.
function AsTable({ level, points }) {
  const rows = points.filter((p, i) => !i || ["value", "bound"].some((of) => p.levels[level][of] !== points[i - 1].levels[level][of])).slice(-ROWS);
  return html`<details><summary>${t("plan.curve.table")}</summary>
    <${Scroll} label=${t("plan.curve.table")}><table><caption>${t(`plan.level.${level}`)}</caption>
      <thead><tr><th scope="col" class="number">${t("plan.curve.seconds")}</th><th scope="col" class="number">${t("plan.value")}</th><th scope="col" class="number">${t("plan.bound")}</th></tr></thead>
      <tbody>${rows.map((p) => html`<tr key=${p.seconds}><td class="number">${number(p.seconds, { maximumFractionDigits: 1 })}</td><td class="number">${levelValue(level, p.levels[level].value)}</td><td class="number">${levelValue(level, p.levels[level].bound)}</td></tr>`)}</tbody>
    </table><//></details>`;
}
