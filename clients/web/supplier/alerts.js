// SPDX-License-Identifier: EUPL-1.2
// Our saved alerts: what each asks for, and how much it finds.
import { drop, useGet } from "../shared/api.js";
import { html } from "../shared/html.js";
import { useNames } from "../shared/names.js";
import { is } from "../shared/session.js";
import { useStream } from "../shared/stream.js";
import { list, range, t, word } from "../shared/text.js";
import { Asked, Empty, Page, Read, say } from "../shared/ui.js";
import { Pause } from "./pause.js";
import { Told } from "./told.js";

const WRITTEN = ["name", "cpv", "places", "value", "reserved", "words", "buyers"];
export const asked = (alert) => Object.fromEntries(WRITTEN.filter((name) => alert[name] !== undefined).map((name) => [name, alert[name]]));

// Asked first, not undone: made anew, the alert would have other secret addresses, and its ways to tell colleagues would be lost.
async function remove(alert, reload) {
  await drop(`/v1/alerts/${alert.id}`);
  reload();
  say(t("alert.gone", { name: alert.name }));
}

export default function Alerts() {
  const alerts = useGet("/v1/alerts");
  useStream("/v1/events", ({ data }) => data?.alert && alerts.reload());
  const add = html`<a class="button main" href="/app/alerts/new">${t("alert.new")}</a>`;
  return html`<${Page} title=${t("alert.title")} lead=${t("alert.lead")} actions=${add}>
    <${Told} />
    <${Read} from=${alerts}>${({ items }) => items.length
      ? html`<ul class="plain">${items.map((alert) => html`<${Card} key=${alert.id} alert=${alert} remove=${() => remove(alert, alerts.reload)} />`)}</ul>`
      : html`<${Empty} title=${t("alert.none")}><p>${t(is("supplier") ? "alert.none.supplier" : "alert.none.why")}</p><p>${add}</p><//>`}<//>
    ${is("supplier") && html`<${Pause} />`}
  <//>`;
}

const Card = ({ alert, remove }) => html`<li class="card">
  <div class="row spread"><h2><a href=${`/app/alerts/${alert.id}`}>${alert.name}</a></h2>
    <${Asked} class="small bad" aria-label=${t("alert.remove.what", { what: alert.name })} text=${t("alert.remove")} question=${t("alert.remove.ask", { name: alert.name })} act=${remove}><p>${t("alert.remove.ways")}</p><//></div>
  <p><strong>${t("alert.finds", { n: alert.needs })}</strong></p>
  <${Sought} alert=${alert} />
</li>`;

function Sought({ alert }) {
  const cpv = useNames("cpv", alert.cpv ?? []), place = useNames("places", alert.places ?? []);
  const lines = [["alert.of.cpv", alert.cpv && list(alert.cpv.map(cpv))], ["alert.of.places", alert.places && list(alert.places.map(place))], ["alert.of.value", range(alert.value)],
    ["alert.of.reserved", alert.reserved && list(alert.reserved.map((one) => word("reserved", one)))], ["alert.of.words", alert.words && list(alert.words)], ["alert.of.buyers", alert.buyers && list(alert.buyers)]];
  return html`<dl class="facts">${lines.filter(([, text]) => text).map(([key, text]) => html`<dt>${t(key)}</dt><dd>${text}</dd>`)}</dl>`;
}
