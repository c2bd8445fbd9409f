// SPDX-License-Identifier: EUPL-1.2
// One alert: what it asks for, what it finds, how one is told of it.
import { at, post, put, useGet, usePages } from "../shared/api.js";
import { html } from "../shared/html.js";
import { CpvField, PlaceField } from "../shared/codes.js";
import { Choices, Form, Radios, Range, Strings, Text, useRecord } from "../shared/form.js";
import { navigate } from "../shared/router.js";
import { useStream } from "../shared/stream.js";
import { t, words } from "../shared/text.js";
import { Empty, More, Page, Read, say, useUnsaved } from "../shared/ui.js";
import { asked } from "./alerts.js";
import { Ways } from "./channels.js";
import { Facts } from "./fit.js";
import { Privacy } from "../shared/privacy.js";
import { Told } from "./told.js";

export default function Alert({ id }) {
  const alert = useGet(id ? `/v1/alerts/${id}` : null);
  if (!id) return html`<${Page} title=${t("alert.new")} lead=${t("alert.new.lead")} narrow><${New} /><//>`;
  return html`<${Page} title=${alert.data?.name ?? t("alert.one")}><${Told} />
    <${Read} from=${alert}>${(one) => html`<${Found} id=${id} version=${one.version} />
      <section class="narrow"><h2>${t("alert.asks")}</h2><${Change} alert=${one} changed=${alert.put} /></section>
      <section><h2>${t("alert.ways")}</h2><${Ways} alert=${id} /><p><a class="button" href=${at("/app/alerts/channels/new", { alert: id })}>${t("channel.new")}</a></p></section>`}<//>
  <//>`;
}

const Fields = ({ bind }) => html`
  <${Text} ...${bind("/name")} record="alert" hint=${t("alert.name.hint")} />
  <${CpvField} ...${bind("/cpv")} record="alert" />
  <${PlaceField} ...${bind("/places")} record="alert" />
  <${Strings} ...${bind("/words")} record="alert" hint=${t("alert.words.hint")} />
  <${Range} ...${bind("/value")} record="alert" />
  <${Choices} ...${bind("/reserved")} record="alert" list="reserved" />
  <${Strings} ...${bind("/buyers")} record="alert" hint=${t("alert.buyers.hint")} />`;

function New() {
  const [record, bind] = useRecord({ rhythm: "daily" });
  const submit = async () => {
    const { rhythm, ...body } = record;
    const { id } = await post(at("/v1/alerts", { rhythm }), body);
    navigate(`/app/alerts/${id}`);
    say(t("alert.made"));
  };
  return html`<${Form} submit=${submit}>
    <${Fields} bind=${bind} />
    <${Radios} ...${bind("/rhythm")} label=${t("alert.rhythm")} needed options=${[...words("rhythm"), ["none", t("alert.rhythm.none")]]} />
    <${Privacy} of="privacy.told" />
    <button class="main">${t("alert.make")}</button>
  <//>`;
}

function Change({ alert, changed }) {
  const [record, bind, set] = useRecord(asked(alert));
  useUnsaved(JSON.stringify(record) !== JSON.stringify(asked(alert)));
  const take = (stored) => (set(asked(stored)), changed(stored));
  const submit = async () => {
    const stored = await put(`/v1/alerts/${alert.id}`, record, alert.version);
    take(stored);
    say(t("saved"), { undo: async () => take(await put(`/v1/alerts/${alert.id}`, asked(alert), stored.version)) });
  };
  return html`<${Form} submit=${submit}><${Fields} bind=${bind} /><button class="main">${t("save")}</button><//>`;
}

function Found({ id }) {
  const needs = usePages(`/v1/alerts/${id}/needs`);
  useStream("/v1/events", ({ data }) => data?.alert?.id === id && needs.reload());
  return html`<section><h2>${t("alert.found")}</h2><${Read} from=${needs}>${() => needs.items.length
    ? html`<ul class="plain">${needs.items.map(({ need }) => html`<li class="card" key=${need.id}><h3><a href=${`/app/open/${need.id}`}>${need.title}</a></h3><p class="soft">${need.buyer.name}</p><${Facts} need=${need} /></li>`)}</ul><${More} pages=${needs} />`
    : html`<${Empty} title=${t("alert.found.none")}><p>${t("alert.found.none.why")}</p><//>`}<//></section>`;
}
