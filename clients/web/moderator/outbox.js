// SPDX-License-Identifier: EUPL-1.2
// Deliveries: what waits, what has failed and what the other side said; made again, or dropped.
import { at, post, useGet, usePages } from "../shared/api.js";
import { html, useState } from "../shared/html.js";
import { Select } from "../shared/form.js";
import { instant, number, since, t } from "../shared/text.js";
import { Asked, Button, Empty, More, Read, Tag, say } from "../shared/ui.js";
import { ModerationPage, allowed } from "./pages.js";

const KINDS = { failed: "bad", due: "warn", claimed: "brand", done: "good" };
const OWN = { "dropped by the operator": "delivery.said.dropped", unsubscribed: "delivery.said.unsubscribed", "switched off": "delivery.said.off" }; // what the service itself says, not the other side
const states = () => Object.keys(KINDS).map((s) => [s, t(`delivery.${s}`)]);
const channels = () => ["mail", "webhook"].map((c) => [c, t(`delivery.${c}`)]);

export default function Outbox() {
  const [state, setState] = useState(""), [channel, setChannel] = useState("");
  const items = usePages(allowed(at("/v1/moderation/outbox", { state, channel })));
  const metrics = useGet("/metrics");
  const reload = () => (items.reload(), metrics.reload());
  return html`<${ModerationPage} title=${t("moderation.outbox.title")} lead=${t("moderation.outbox.why")}>
    <${Read} from=${metrics}>${(text) => html`<${Sums} text=${text} />`}<//>
    <div class="row end">
      <${Select} path="/state" value=${state} on=${setState} label=${t("delivery.state")} options=${states()} none=${t("delivery.undone")} needed />
      <${Select} path="/channel" value=${channel} on=${setChannel} label=${t("delivery.channel")} options=${channels()} none=${t("delivery.both")} needed />
      <div class="field"><${Button} onClick=${reload}>${t("delivery.reload")}<//></div>
    </div>
    <${Read} from=${items}>${() => items.items.length
      ? html`<${Table} items=${items.items} reload=${reload} /><${More} pages=${items} />`
      : html`<${Empty} title=${t("delivery.none")}><p>${t("delivery.none.why")}</p><//>`}<//>
  <//>`;
}

// Of the service's own measures, those of deliveries: "entregent_outbox_due{channel="mail"} 0".
function Sums({ text }) {
  const sums = {};
  for (const [, name, value] of text.matchAll(/^entregent_outbox_(\w+)\{channel="\w+"\} (\S+)$/gm)) sums[name] = (sums[name] ?? 0) + Number(value);
  return html`<dl class="row">${["due", "later", "claimed", "failed"].map((name) => html`<div class="card"><dd class="big" style=${{ margin: 0 }}>${number(sums[name] ?? 0)}</dd><dt>${t(`delivery.sum.${name}`)}</dt></div>`)}</dl>`;
}

function Table({ items, reload }) {
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${t("moderation.outbox")}><table>
    <caption class="hidden">${t("moderation.outbox")}</caption>
    <thead><tr><th scope="col">${t("delivery.what")}</th><th scope="col">${t("delivery.whose")}</th><th scope="col">${t("delivery.state")}</th>
      <th scope="col" class="number">${t("delivery.attempts")}</th><th scope="col">${t("delivery.said")}</th><td></td></tr></thead>
    <tbody>${items.map((d) => html`<tr key=${d.id}>
      <th scope="row">${t(`delivery.kind.${d.kind}`)}<br /><small>${t(`delivery.${d.channel}`)} · ${since(d.created)}</small></th>
      <td>${d.organisation ? d.organisation.name : t("delivery.account")}</td>
      <td><${Tag} kind=${KINDS[d.state]}>${t(`delivery.${d.state}`)}<//>${d.due && d.state === "due" && html`<br /><small>${instant(d.due)}</small>`}</td>
      <td class="number">${number(d.attempts)}</td>
      <td>${OWN[d.said] ? t(OWN[d.said]) : d.said}</td>
      <td><${Acts} d=${d} reload=${reload} /></td>
    </tr>`)}</tbody>
  </table></div>`;
}

// What was dropped, or nobody wants any more, stays so; what waits for its first try goes out by itself.
function Acts({ d, reload }) {
  const act = async (what) => {
    try {
      await post(`/v1/moderation/outbox/${d.id}/${what}`);
      say(t(`delivery.${what}.done`));
    } finally {
      reload();
    }
  };
  const again = (d.state === "failed" && !OWN[d.said]) || (d.state === "due" && d.attempts > 0);
  return html`<div class="row">
    ${again && html`<${Button} class="small" onClick=${() => act("retry")}>${t("delivery.retry")}<//>`}
    ${d.state === "due" && html`<${Asked} class="small bad" text=${t("delivery.drop")} question=${t("delivery.drop.ask")} act=${() => act("drop")}><p>${t("delivery.drop.why")}</p><//>`}
  </div>`;
}
