// SPDX-License-Identifier: EUPL-1.2
// One way to be told: when and what, its secret address, and for a webhook what went out by it.
import { at, call, drop, post, put, useGet, usePages } from "../shared/api.js";
import { html, useEffect, useState } from "../shared/html.js";
import { Form, Numeric, Radios, Select, Text, Toggle, useRecord } from "../shared/form.js";
import { navigate } from "../shared/router.js";
import { mayAdminister, session } from "../shared/session.js";
import { instant, t, word } from "../shared/text.js";
import { Asked, Button, Empty, More, Page, Read, say } from "../shared/ui.js";
import { nameOf, said } from "./channels.js";
import { Privacy } from "../shared/privacy.js";
import { Told } from "./told.js";

const SETTINGS = ["kind", "alert", "personal", "label", "active", "rhythm", "hour", "weekday", "quiet_from", "quiet_to", "least_score", "weekly_most", "url"];
const settings = (channel) => Object.fromEntries(SETTINGS.filter((name) => channel[name] !== undefined).map((name) => [name, channel[name]]));
const fresh = new Map(); // id -> secret of a webhook, shown once: on the page that follows its making

export default function Channel({ id, query }) {
  const channel = useGet(id ? `/v1/channels/${id}` : null);
  if (!id) return html`<${Page} title=${t("channel.new")} narrow><${New} alert=${query.get("alert")} /><//>`;
  return html`<${Page} title=${channel.data ? nameOf(channel.data) : t("channel.one")} narrow><${Told} />
    <${Read} from=${channel}>${(one) => html`
      ${one.said && html`<p class="note warn">${t("channel.off", { why: said(`channel.said.${one.said}`, one.said) })}</p>`}
      ${fresh.has(id) && html`<section class="note warn"><h2>${t("channel.secret")}</h2><p>${t("channel.secret.once")}</p><${Copy} label=${t("channel.secret")} text=${fresh.get(id)} /></section>`}
      ${one.link && html`<section class="card"><h2>${t("channel.link")}</h2><p>${t(`channel.about.${one.kind}`)}</p>
        ${one.kind === "calendar" ? html`<${Subscribe} link=${one.link} />` : html`<${Copy} label=${t("channel.link")} text=${one.link} /><p class="soft">${t("channel.link.secret")}</p>`}</section>`}
      ${one.public_key && html`<section class="card"><h2>${t("channel.key")}</h2><${Copy} label=${t("channel.key")} text=${one.public_key} /></section>`}
      <h2>${t("channel.settings")}</h2>${mayChange(one) ? html`<${Change} channel=${one} changed=${channel.put} />` : html`<p>${t("channel.reader")}</p>`}
      ${one.kind !== "mail" && mayChange(one) && html`<${Renew} channel=${one} />`}
      ${one.kind === "webhook" && html`<${Deliveries} id=${id} />`}`}<//>
  <//>`;
}

const mayChange = (channel) => channel.personal || mayAdminister();

// Another secret: the way is made anew by the same settings, and the former one ends.
function Renew({ channel }) {
  const act = async () => {
    const made = await post("/v1/channels", settings(channel));
    await drop(`/v1/channels/${channel.id}`);
    if (made.secret) fresh.set(made.id, made.secret);
    navigate(`/app/alerts/channels/${made.id}`, { replace: true });
    say(t("channel.renewed"));
  };
  return html`<section><h2>${t("channel.renew")}</h2><p>${t("channel.renew.why")}</p>
    <p><${Asked} text=${t("channel.renew.do")} question=${t("channel.renew.ask")} act=${act}><p>${t(channel.kind === "webhook" ? "channel.renew.webhook" : "channel.renew.address")}</p><//></p></section>`;
}

// A calendar's address: opened by the calendar's own program, or copied into it.
export const Subscribe = ({ link }) => html`<p><a class="button" href=${link.replace(/^https?:/, "webcal:")}>${t("channel.subscribe")}</a></p>
  <${Copy} label=${t("channel.link")} text=${link} /><p class="soft">${t("channel.subscribe.how")} ${t("channel.link.secret")}</p>`;

const Copy = ({ label, text }) => html`<div class="row">
  <input readonly value=${text} aria-label=${label} style=${{ flex: 1, minWidth: "12rem" }} onFocus=${(e) => e.target.select()} />
  <${Button} onClick=${async () => (await navigator.clipboard.writeText(text), say(t("channel.copied")))}>${t("channel.copy")}<//>
</div>`;

const WEEK = [1, 2, 3, 4, 5, 6, 7].map((n) => [n, new Date(Date.UTC(2024, 0, n))]); // 1 January 2024 was a Monday
const weekday = (date) => new Intl.DateTimeFormat(document.documentElement.lang, { weekday: "long", timeZone: "UTC" }).format(date);
const hours = () => Array.from({ length: 24 }, (_, n) => [String(n), t("channel.at", { n })]);

function Hour({ bound, label, hint, none }) {
  return html`<${Select} ...${bound} label=${label} needed=${!none} hint=${hint} options=${hours()} none=${none} value=${bound.value === undefined ? "" : String(bound.value)} on=${(v) => bound.on(v === "" ? undefined : Number(v))} />`;
}

const Mail = ({ bind, record }) => html`
  <${Radios} ...${bind("/rhythm")} label=${t("channel.rhythm")} list="rhythm" needed />
  ${record.rhythm !== "now" && html`<${Hour} bound=${bind("/hour")} label=${t("channel.hour.of")} />`}
  ${record.rhythm === "weekly" && html`<${Select} ...${bind("/weekday")} label=${t("channel.weekday")} needed options=${WEEK.map(([n, date]) => [String(n), weekday(date)])} value=${String(bind("/weekday").value ?? 1)} on=${(v) => bind("/weekday").on(Number(v))} />`}
  ${record.rhythm === "now" && html`
    <${Hour} bound=${bind("/quiet_from")} label=${t("channel.quiet.from")} none=${t("channel.quiet.none")} hint=${t("channel.quiet.hint")} /><${Hour} bound=${bind("/quiet_to")} label=${t("channel.quiet.to")} none=${t("channel.quiet.none")} />
    <${Numeric} ...${bind("/weekly_most")} label=${t("channel.most")} hint=${t("channel.most.hint")} min=${1} max=${1000} />`}`;

const Fields = ({ bind, record }) => html`
  <${Text} ...${bind("/label")} record="channel" label=${t("channel.label")} />
  ${record.kind === "webhook" && html`<${Text} ...${bind("/url")} record="channel" type="url" needed hint=${t("channel.url.hint")} />`}
  ${record.kind === "mail" && html`<${Mail} bind=${bind} record=${record} />`}
  ${record.kind !== "calendar" && !record.alert && html`<${Numeric} ...${bind("/least_score")} record="channel" max=${100} hint=${t("channel.least.hint")} />`}`;

const KINDS = ["mail", "calendar", "feed", "webhook"];

function New({ alert }) {
  const [record, bind] = useRecord({ kind: "mail", rhythm: "daily", hour: 8, personal: true, ...(alert ? { alert } : {}) });
  const alerts = useGet("/v1/alerts"), mail = record.kind === "mail";
  const submit = async () => {
    const { rhythm, hour, ...rest } = record;
    const made = await post("/v1/channels", mail ? { ...record, personal: true } : rest);
    if (made.secret) fresh.set(made.id, made.secret);
    navigate(`/app/alerts/channels/${made.id}`);
    say(t("channel.made"));
  };
  return html`<${Form} submit=${submit}>
    <${Radios} ...${bind("/kind")} label=${t("channel.by")} needed options=${KINDS.map((kind) => [kind, word("channel_kind", kind), t(`channel.for.${kind}`, { address: session.get().person.email })])} />
    <${Select} ...${bind("/alert")} label=${t("channel.what")} needed options=${(alerts.data?.items ?? []).map((one) => [one.id, t("channel.of", { name: one.name })])} none=${t("channel.what.all")} />
    ${!mail && mayAdminister() && html`<${Radios} path="/personal" label=${t("channel.whose")} needed value=${record.personal ? "mine" : "ours"} on=${(v) => bind("/personal").on(v === "mine")}
      options=${[["mine", t("channel.mine")], ["ours", t("channel.ours")]]} />`}
    <${Fields} bind=${bind} record=${record} />
    <${Privacy} of="privacy.told" />
    <button class="main">${t("channel.make")}</button>
  <//>`;
}

function Change({ channel, changed }) {
  const [record, bind, set] = useRecord(settings(channel));
  const store = async (next) => {
    const stored = await put(`/v1/channels/${channel.id}`, next);
    set(settings(stored));
    changed({ ...channel, said: undefined, ...stored });
  };
  const submit = async () => {
    await store(record);
    say(t("saved"), { undo: () => store(settings(channel)) });
  };
  return html`<${Form} submit=${submit}>
    <${Toggle} ...${bind("/active")} record="channel" hint=${t("channel.active.hint")} />
    <${Fields} bind=${bind} record=${record} />
    <button class="main">${t("save")}</button>
  <//>`;
}

const STATES = ["due", "claimed", "done", "failed"];

function Deliveries({ id }) {
  const [state, setState] = useState("");
  const deliveries = usePages(at(`/v1/channels/${id}/deliveries`, { state }));
  const waiting = deliveries.items.some((one) => ["due", "claimed"].includes(one.state));
  useEffect(() => {
    if (!waiting) return;
    const timer = setInterval(deliveries.reload, 3000); // what is under way has no stream of its own
    return () => clearInterval(timer);
  }, [waiting]);
  const act = (path, text) => async () => {
    const { data } = await call("POST", path);
    say(t(text, { n: data.count ?? 0 }));
    deliveries.reload();
  };
  return html`<section><h2>${t("channel.deliveries")}</h2>
    <div class="row end">
      <${Select} path="/deliveries" label=${t("channel.deliveries.show")} needed value=${state} on=${setState} none=${t("channel.deliveries.all")} options=${STATES.map((one) => [one, t(`channel.state.${one}`)])} />
      <p class="row"><${Button} onClick=${act(`/v1/channels/${id}/test`, "channel.tested")}>${t("channel.test")}<//>
      <${Button} onClick=${act(`/v1/channels/${id}/replay`, "channel.replayed")}>${t("channel.replay.all")}<//></p>
    </div>
    <${Read} from=${deliveries}>${() => deliveries.items.length ? html`<div class="scroll" tabindex="0" role="region" aria-label=${t("channel.deliveries")}><table>
      <caption class="hidden">${t("channel.deliveries")}</caption>
      <thead><tr><th scope="col">${t("channel.when")}</th><th scope="col">${t("channel.kind")}</th><th scope="col">${t("channel.state")}</th><th scope="col">${t("channel.tries")}</th><th scope="col">${t("channel.answer")}</th></tr></thead>
      <tbody>${deliveries.items.map((one) => html`<tr key=${one.id}>
        <th scope="row">${instant(one.created)}</th><td>${said(`channel.kind.${one.kind}`, one.kind)}</td>
        <td>${t(`channel.state.${one.state}`)}${one.state === "due" && html`<br /><small>${instant(one.due)}</small>`}</td><td class="number">${one.attempts}</td>
        <td>${one.said}${one.state === "failed" && html` <${Button} class="small" onClick=${act(at(`/v1/channels/${id}/replay`, { delivery: one.id }), "channel.replayed")}>${t("channel.replay")}<//>`}</td>
      </tr>`)}</tbody></table></div><${More} pages=${deliveries} />`
      : html`<${Empty} title=${t("channel.deliveries.none")}><p>${t("channel.deliveries.none.why")}</p><//>`}<//>
  </section>`;
}
