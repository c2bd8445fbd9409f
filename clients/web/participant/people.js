// SPDX-License-Identifier: EUPL-1.2
// Whom one can ask to meet: found by name or organisation, asked with a word.
import { at, post, usePages } from "../shared/api.js";
import { html, useEffect, useState } from "../shared/html.js";
import { Area, Form, Select, useRecord } from "../shared/form.js";
import { Privacy } from "../shared/privacy.js";
import { t, word } from "../shared/text.js";
import { Dialog, More, Read, Tag, say } from "../shared/ui.js";

export function People({ path, reload, requests }) {
  const [q, setQ] = useState(""), [asked, setAsked] = useState(""), [whom, setWhom] = useState(null);
  useEffect(() => {
    const wait = setTimeout(() => setAsked(q.trim()), 250);
    return () => clearTimeout(wait);
  }, [q]);
  const people = usePages(at(`${path}/people`, { q: asked, limit: 20 }));
  const states = requests.map((r) => r.state).join();
  useEffect(() => people.reload(), [states]); // whom one has asked, and what came of it, stands there too
  const done = () => (setWhom(null), reload());
  return html`<section aria-labelledby="people">
    <h2 id="people">${t("part.people")}</h2>
    <div class="field"><label for="who">${t("part.people.q")}</label><input id="who" type="search" maxlength="200" value=${q} onInput=${(e) => setQ(e.target.value)} /></div>
    <${Read} from=${people}>${() =>
      people.items.length
        ? html`<ul class="cards">${people.items.map((p) => html`<${Person} key=${p.id} p=${p} pick=${() => setWhom(p)} />`)}</ul><${More} pages=${people} />`
        : html`<p class="soft">${t("part.people.none")}</p>`}<//>
    <${Dialog} open=${whom !== null} title=${t("part.ask.whom", { name: whom?.name })} onClose=${() => setWhom(null)}><${Ask} path=${path} whom=${whom} done=${done} leave=${() => setWhom(null)} /><//>
  </section>`;
}

const Person = ({ p, pick }) => html`<li class="card">
  <p><strong>${p.name}</strong>${p.company && html`<br />${p.company}`}</p>
  ${p.description && html`<p class="soft">${p.description.slice(0, 200)}</p>`}
  ${p.request ? html`<p><${Tag}>${word("request_state", p.request)}<//></p>` : html`<button type="button" class="small" aria-label=${t("part.ask.whom", { name: p.name })} onClick=${pick}>${t("part.ask")}</button>`}
</li>`;

function Ask({ path, whom, done, leave }) {
  const [record, bind] = useRecord({ priority: "3" });
  const submit = async () => {
    const made = await post(`${path}/requests`, { ...record, priority: Number(record.priority), with: whom.id });
    done();
    say(t("part.ask.done", { name: whom.name }), { undo: async () => (await post(`${path}/answers`, { request: made.id, answer: "withdrawn" }), done()) });
  };
  return html`<${Form} submit=${submit} label=${t("part.ask.whom", { name: whom.name })}>
    <${Area} ...${bind("/message")} record="wish" />
    <${Select} ...${bind("/priority")} label=${t("part.priority")} needed options=${[1, 2, 3, 4, 5].map((n) => [String(n), t(`part.priority.${n}`)])} />
    <${Privacy} of="part.privacy" />
    <div class="row"><button class="main">${t("part.ask.send")}</button><button type="button" onClick=${leave}>${t("cancel")}</button></div>
  <//>`;
}
