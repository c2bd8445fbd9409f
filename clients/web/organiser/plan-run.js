// SPDX-License-Identifier: EUPL-1.2
// A run: its bar, the best value and the bound over time, how good the answer is, and its end.
import { drop, useGet } from "../shared/api.js";
import { html, useEffect, useMemo, useState } from "../shared/html.js";
import { mayWrite } from "../shared/session.js";
import { instant, language, number, t, word } from "../shared/text.js";
import { Button, Scroll, Tag } from "../shared/ui.js";
import { Curve } from "./plan-curve.js";
import { LEVELS, levelValue } from "./plan-words.js";

const TICK = 500; // ms between two drawings of the bar
const KINDS = { running: "brand", done: "good", stopped: "warn", failed: "bad" };

// run: of the list. version: what came of it. progress: what the stream has said of runs since the page was opened.
export function Run({ run, progress, convention, version }) {
  const whole = useGet(`/v1/plans/${run.id}`);
  const points = useMemo(() => merged(whole.data?.curve ?? [], progress.filter((p) => p.plan === run.id)), [whole.data, progress, run.id]);
  const on = run.state === "running", last = points[points.length - 1] ?? run.progress;
  return html`<div class="card">
    <p class="row spread"><span class="row"><${Tag} kind=${KINDS[run.state]}>${word("plan_state", run.state)}<//> ${t(`plan.run.${run.kind}`, { n: run.meetings })}</span>
      <small class="soft">${instant(run.started)}</small></p>
    ${on && html`<${Bar} seconds=${last?.seconds ?? 0} of=${run.options.seconds} />`}
    <p role="status"><strong>${!on && run.said ? run.said[language.get()] : ""}</strong> ${version ? t("plan.run.placed", { placed: version.placed, n: run.meetings }) : ""} ${last ? worth(last.levels) : on ? t("plan.run.first") : ""}</p>
    <div class="row">
      ${on && run.kind === "plan" && mayWrite() && html`<${Button} class="bad" onClick=${() => drop(`/v1/plans/${run.id}`)}>${t("plan.stop")}<//><span class="soft">${t("plan.stop.why")}</span>`}
      ${run.timetable && html`<a class="button main" href=${`/app/conventions/${convention.id}/grid?version=${run.timetable}`}>${t("plan.look")}</a>`}
    </div>
    ${last && html`<${Worth} levels=${last.levels} published=${Boolean(convention.current)} />`}
    ${points.length > 1 && html`<${Curve} points=${points} />`}
  </div>`;
}

// What was stored, and what came since.
function merged(stored, came) {
  const from = stored.length ? stored[stored.length - 1].seconds : -1;
  return [...stored, ...came.filter((p) => p.seconds > from)];
}

// Between two words of the run the bar goes on by itself.
function Bar({ seconds, of }) {
  const [since, setSince] = useState(0);
  useEffect(() => {
    const began = Date.now();
    setSince(0);
    const tick = setInterval(() => setSince((Date.now() - began) / 1000), TICK);
    return () => clearInterval(tick);
  }, [seconds]);
  const at = Math.min(seconds + since, of);
  return html`<p><label>${t("plan.bar", { n: Math.floor(at), of })}<br /><progress max=${of} value=${at} /></label></p>`;
}

function worth(levels) {
  const { weight, gaps } = levels;
  if (weight.value === null) return t("plan.worth.none");
  const placed = weight.value === weight.bound ? t("plan.worth.all") : t("plan.worth.part", { share: number(weight.value / weight.bound, { style: "percent", maximumFractionDigits: 1 }) });
  return `${placed} ${t("plan.worth.gaps", { n: gaps.value })}`;
}

// Level by level: what is reached, and what cannot be passed.
const Worth = ({ levels, published }) => html`<${Scroll} label=${t("plan.worth")}><table>
  <caption>${t("plan.worth")}</caption>
  <thead><tr><th scope="col">${t("plan.level")}</th><th scope="col" class="number">${t("plan.value")}</th><th scope="col" class="number">${t("plan.bound")}</th><th scope="col">${t("plan.proof")}</th></tr></thead>
  <tbody>${LEVELS.filter((l) => levels[l] && (l !== "change" || published)).map((l) => html`<tr key=${l}><th scope="row">${t(`plan.level.${l}`)}<br /><small class="soft">${t(`plan.level.${l}.why`)}</small></th>
    <td class="number">${levelValue(l, levels[l].value)}</td><td class="number">${levelValue(l, levels[l].bound)}</td>
    <td>${levels[l].proven ? html`<${Tag} kind="good">${t("plan.proven")}<//>` : html`<span class="soft">${t("plan.open")}</span>`}</td></tr>`)}</tbody>
</table><//>`;
