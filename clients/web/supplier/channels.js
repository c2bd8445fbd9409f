// SPDX-License-Identifier: EUPL-1.2
// The ways by which one is told: mails, webhooks, feeds, calendars.
import { drop, post, useGet } from "../shared/api.js";
import { html } from "../shared/html.js";
import { mayAdminister, session } from "../shared/session.js";
import { t, word } from "../shared/text.js";
import { Asked, Button, Empty, Page, Read, say, Tag } from "../shared/ui.js";
import { Told } from "./told.js";

export default function Channels() {
  return html`<${Page} title=${t("channel.title")} lead=${t("channel.lead")} actions=${html`<a class="button main" href="/app/alerts/channels/new">${t("channel.new")}</a>`}>
    <${Told} /><${Ways} />
  <//>`;
}

// What POST takes of a channel that was read.
const again = ({ id, created, secret, public_key, said, link, ...settings }) => settings;

// A mail is made again by the same settings; what has a secret address or key would get another, so that it is asked first.
async function remove(channel, reload) {
  await drop(`/v1/channels/${channel.id}`);
  reload();
  say(t("channel.gone"), channel.kind === "mail" ? { undo: async () => (await post("/v1/channels", again(channel)), reload()) } : {});
}

function Remove({ one, remove }) {
  if (!one.personal && !mayAdminister()) return null;
  const named = { class: "small bad", "aria-label": t("alert.remove.what", { what: nameOf(one) }) };
  return one.kind === "mail" ? html`<${Button} ...${named} onClick=${remove}>${t("alert.remove")}<//>`
    : html`<${Asked} ...${named} text=${t("alert.remove")} question=${t("channel.remove.ask", { name: nameOf(one) })} act=${remove}><p>${t("channel.remove.secret")}</p><//>`;
}

// Those of an alert, or all of them.
export function Ways({ alert }) {
  const channels = useGet("/v1/channels"), alerts = useGet(alert ? null : "/v1/alerts");
  const named = new Map((alerts.data?.items ?? []).map((one) => [one.id, one.name]));
  return html`<${Read} from=${channels}>${({ items }) => {
    const shown = alert ? items.filter((one) => one.alert === alert) : items;
    return shown.length
      ? html`<ul class="plain">${shown.map((one) => html`<${Card} key=${one.id} one=${one} heading=${alert ? "h3" : "h2"} of=${named.get(one.alert)} remove=${() => remove(one, channels.reload)} />`)}</ul>`
      : html`<${Empty} title=${t("channel.none")}><p>${t("channel.none.why")}</p><//>`;
  }}<//>`;
}

// A word of the service in ours, where we have one.
export const said = (key, word) => (t(key) === key ? word : t(key));
export const nameOf = (channel) => channel.label || word("channel_kind", channel.kind);

const Card = ({ one, of, heading, remove }) => html`<li class="card">
  <div class="row spread"><${heading}><a href=${`/app/alerts/channels/${one.id}`}>${nameOf(one)}</a><//>
    <${Remove} one=${one} remove=${remove} /></div>
  <p class="row"><${Tag} kind=${one.active ? "good" : "warn"}>${t(one.active ? "channel.active" : "channel.inactive")}<//>
    <${Tag}>${t(one.personal ? "channel.mine" : "channel.ours")}<//>${of && html`<${Tag} kind="brand">${t("channel.of", { name: of })}<//>`}</p>
  <p>${summary(one)}</p>
  ${one.said && html`<p class="wrong">${said(`channel.said.${one.said}`, one.said)}</p>`}
</li>`;

// How it tells, in a line.
function summary(one) {
  if (one.kind === "webhook") return one.url;
  if (one.kind !== "mail") return t(`channel.about.${one.kind}`);
  const hour = t("channel.hour", { hour: one.hour });
  const quiet = one.quiet_from !== undefined ? ` ${t("channel.quiet", { from: one.quiet_from, to: one.quiet_to })}` : "";
  const least = one.least_score ? ` ${t("channel.least", { score: one.least_score })}` : "";
  const most = one.rhythm === "now" && one.weekly_most ? ` ${t("channel.cap", { n: one.weekly_most })}` : "";
  return `${t("channel.to", { address: session.get().person.email })} ${word("rhythm", one.rhythm)}${one.rhythm === "now" ? "" : ` ${hour}`}.${quiet}${most}${least}`;
}
