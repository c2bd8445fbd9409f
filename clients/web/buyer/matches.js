// SPDX-License-Identifier: EUPL-1.2
// The suppliers that a need has found, best first, each with the reasons of its score; and why another one was not found.
import { at, get, usePages } from "../shared/api.js";
import { html, useState } from "../shared/html.js";
import { Names } from "../shared/names.js";
import { Form, Text } from "../shared/form.js";
import { useStream } from "../shared/stream.js";
import { instant, language, number, t, word } from "../shared/text.js";
import { Empty, More, Read, Tag } from "../shared/ui.js";
import { Conditions, Lines } from "../shared/why.js";

const FILTERS = [["", "told"], ["interested", "interested"], ["seen", "seen"], ["declined", "declined"], ["held", "held"]]; // of the list, its number in the funnel

export function Matches({ id, funnel, about, filter }) {
  const matches = usePages(at(`/v1/needs/${id}/matches`, { answer: filter, limit: 20 }));
  useStream("/v1/events", (e) => about(e) && matches.reload());
  const counted = (name) => (name === "told" ? funnel.told - funnel.withdrawn : funnel[name]);
  return html`<section aria-labelledby="matches">
    <div class="row spread"><h2 id="matches">${t("matches")}</h2>
      <p class="row no-print"><a class="button small" download href=${`/v1/needs/${id}/matches?format=xlsx&lang=${language.get()}`}>${t("matches.xlsx")}</a><a class="button small" download href=${`/v1/needs/${id}/matches?format=csv&lang=${language.get()}`}>${t("matches.csv")}</a></p></div>
    <nav class="tabs" aria-label=${t("matches.filter")}>
      ${FILTERS.map(([one, name]) => (one !== "held" || funnel?.held > 0 || filter === "held") && html`<a href=${at(`/app/needs/${id}`, { answer: one })} aria-current=${filter === one ? "page" : undefined}>${t(`matches.${one || "all"}`)} ${funnel && html`<small>${number(counted(name))}</small>`}</a>`)}
    </nav>
    <${Read} from=${matches}>${() =>
      matches.items.length
        ? html`<ol class="plain">${matches.items.map((m) => html`<li class="card" key=${m.offer.id}><${Match} m=${m} /></li>`)}</ol><${More} pages=${matches} />`
        : html`<${Empty} title=${t(filter ? "matches.none.filter" : "matches.none")}><p>${t("matches.none.why")}</p><//>`}<//>
    <${Another} id=${id} />
  </section>`;
}

const Structures = ({ of }) => of.structures.map((s) => html`<${Tag}>${s === "autre" ? word("structure", s) : s}${of.declared?.includes(s) && ` (${t("matches.declared")})`}<//> `);

const Match = ({ m }) => html`
  <div class="row spread"><h3 style=${{ margin: 0 }}>${m.offer.name}</h3><${Answer} m=${m} /></div>
  <p><strong>${t("matches.score", { n: m.score })}</strong> ${m.partial && html`<${Tag} kind="warn">${t("matches.partial")}<//>`} <${Structures} of=${m.offer} /> <small class="soft">SIRET ${m.offer.siret}</small></p>
  ${m.message && html`<p>« ${m.message} »</p>`}
  ${m.contact && html`<p class="note good"><strong>${t("matches.contact")}</strong> ${[m.contact.name, m.contact.phone].filter(Boolean).join(", ")}${m.contact.email && html` <a href=${`mailto:${m.contact.email}`}>${m.contact.email}</a>`}</p>`}
  <details><summary>${t("matches.why", { name: m.offer.name })}</summary>
    ${m.lots.map((lot) => html`<p><strong>${t("need.lot", { number: lot.lot })}${lot.title ? ` · ${lot.title}` : ""}</strong>${t("colon")}${t("matches.score", { n: lot.score })}
      ${lot.places?.length > 0 && html` <small class="soft"><${Names} kind="places" codes=${lot.places} /></small>`}</p><${Lines} lines=${lot.lines} />`)}
  </details>`;

function Answer({ m }) {
  if (m.answer === "interested") return html`<${Tag} kind="good">${t("matches.is.interested", { when: instant(m.answered) })}<//>`;
  if (m.answer === "declined") return html`<${Tag}>${t("matches.is.declined", { reason: word("decline", m.reason ?? "other") })}<//>`;
  if (m.seen) return html`<${Tag} kind="brand">${t("matches.is.seen", { when: instant(m.seen) })}<//>`;
  return html`<${Tag}>${t(m.state === "held" ? "matches.is.held" : "matches.is.told")}<//>`;
}

// Any supplier by its SIRET: whether it fits, and if not, why.
function Another({ id }) {
  const [siret, setSiret] = useState(""), [found, setFound] = useState(null);
  const ask = async () => {
    setFound(null);
    const { registered } = await get(`/v1/enterprises/${siret.replace(/\D/g, "") || "0"}`);
    setFound(await Promise.all(registered.map(async (o) => ({ of: o, said: await get(`/v1/needs/${id}/explain?offer=${o.id}`).catch((problem) => (problem.status === 404 ? null : Promise.reject(problem))) }))));
  };
  return html`<details class="card no-print"><summary>${t("another")}</summary>
    <${Form} submit=${ask} label=${t("another")}>
      <${Text} path="/siret" value=${siret} on=${setSiret} label="SIRET" hint=${t("another.hint")} needed inputmode="numeric" autocomplete="off" />
      <button>${t("another.ask")}</button>
    <//>
    <div aria-live="polite">${found && (found.length ? found.map(({ of, said }) => html`<h3>${of.name}</h3>${said ? html`<${Explanation} said=${said} />` : html`<p>${t("another.offer")}</p>`}`) : html`<p>${t("another.none")}</p>`)}</div>
  </details>`;
}

const Explanation = ({ said }) => html`
  <p>${said.matches ? html`<${Tag} kind="good">${t("another.fits")}<//> ${t("matches.score", { n: said.score })}` : html`<${Tag} kind="bad">${t("another.fits.not")}<//>`}</p>
  ${said.pairs.map((pair) => html`<p><strong>${t("need.lot", { number: pair.lot })}</strong></p>
    <${Conditions} conditions=${pair.conditions} />
    ${pair.matches && html`<${Lines} lines=${pair.lines} />`}`)}`;
