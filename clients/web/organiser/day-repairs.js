// SPDX-License-Identifier: EUPL-1.2
// What has been mended and why, the latest first; what waits to be published when mending is not published by itself.
import { drop, useGet } from "../shared/api.js";
import { html, useState } from "../shared/html.js";
import { mayWrite } from "../shared/session.js";
import { instant, t } from "../shared/text.js";
import { Asked, Read } from "../shared/ui.js";
import { Changes, changeText } from "./plan-words.js";
import { Publish, VersionState, versionName } from "./plan-versions.js";

const SHOWN = 5;

export function Repairs({ convention, versions, people, done }) {
  const [most, setMost] = useState(SHOWN);
  const mended = versions.filter((v) => v.made === "repair");
  return html`<section aria-labelledby="repairs"><h2 id="repairs">${t("plan.repairs")}</h2>
    <p role="status">${convention.repair ? html`<strong>${t("plan.repairs.on")}</strong>` : ""}</p>
    ${!mended.length && html`<p>${t("plan.repairs.none")}</p>`}
    <ul class="plain" aria-live="polite">${mended.slice(0, most).map((v) => html`<li class="card new" key=${v.id}><${Repair} v=${v} convention=${convention} people=${people} done=${done} /></li>`)}</ul>
    ${mended.length > most && html`<p><button type="button" onClick=${() => setMost(mended.length)}>${t("more")}</button></p>`}
  </section>`;
}

// A draft holds nothing until it is published; one that was overtaken can no longer be.
function Repair({ v, convention, people, done }) {
  const from = useGet(`/v1/timetables/${v.id}/difference`);
  const waits = v.state === "draft", current = !convention.current || v.base === convention.current.id;
  return html`<p class="row spread"><strong>${whyText(v.why, people)}</strong><small class="soft">${versionName(v)}, ${instant(v.published ?? v.created)} <${VersionState} v=${v} /></small></p>
    <${Read} from=${from}>${({ items }) => html`<p>${changeText(items)}</p>
      ${items.length > 0 && html`<details><summary>${t("plan.repairs.what")}</summary><${Changes} items=${items} convention=${convention} /></details>`}`}<//>
    ${waits && html`<p>${t(current ? "plan.repairs.waits" : "plan.repairs.overtaken")}</p>
      ${mayWrite() && html`<div class="row">${current && html`<${Publish} v=${v} convention=${convention} done=${done} />`}
        <${Asked} class="bad small" text=${t("plan.drop")} question=${t("plan.drop.asked", { number: String(v.number) })} act=${async () => (await drop(`/v1/timetables/${v.id}`), done())}><p>${t("plan.drop.why")}</p><//></div>`}`}`;
}

const KNOWN = ["withdraw", "return", "missing", "arrived", "availability", "table_lost", "table_found", "request"];
function whyText(why, people) {
  if (!KNOWN.includes(why?.what)) return t("plan.because.other");
  return t(`plan.because.${why.what}`, { name: people.get(why.participant)?.name ?? t("plan.somebody"), table: why.table ?? "" });
}
