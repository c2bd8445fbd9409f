// SPDX-License-Identifier: EUPL-1.2
// What came of the meetings: their sum, and what both sides say of each.
import { usePages } from "../shared/api.js";
import { html } from "../shared/html.js";
import { number, t, word, words } from "../shared/text.js";
import { Empty, More, Read, Tag } from "../shared/ui.js";
import { Frame, useSoon } from "./frame.js";
import { company, placeOf } from "./said.js";

export default function Outcomes({ id }) {
  const pages = usePages(`/v1/conventions/${id}/outcomes?limit=100`), again = useSoon(pages.reload);
  const csv = html`<a class="button" href=${`/v1/conventions/${id}/outcomes?format=csv`} download>${t("conv.outcomes.csv")}</a>`;
  return html`<${Frame} id=${id} tab="outcomes" on=${({ kind }) => kind !== "progress" && again()} actions=${() => pages.items.length > 0 && csv}>
    ${(convention) => html`<${Read} from=${pages}>${(data) =>
      pages.items.length
        ? html`<${Sum} sum=${data.sum} />
          <p><button type="button" class="small" onClick=${pages.reload}>${t("conv.outcomes.again")}</button></p>
          <${List} of=${convention} items=${pages.items} /><${More} pages=${pages} />`
        : html`<${Empty} title=${t("conv.outcomes.none")}><p>${t("conv.outcomes.none.why")}</p><//>`}<//>`}
  <//>`;
}

const share = (n, all) => all > 0 && html`<small>${t("conv.outcomes.of", { n: all, part: number(n / all, { style: "percent" }) })}</small>`;
// One says that it took place, the other that it did not.
const differs = (meeting) => new Set(meeting.outcomes.map((o) => o.met)).size > 1;

const Sum = ({ sum }) => html`<section aria-labelledby="sum">
  <h2 id="sum">${t("conv.outcomes.sum")}</h2>
  <p>${t("conv.outcomes.said", { n: sum.said, all: sum.meetings })}</p>
  <ul class="cards">
    <li class="card"><h3>${t("conv.outcomes.met")}</h3><p><span class="big">${number(sum.met)}</span><br />${share(sum.met, sum.said)}</p></li>
    <li class="card"><h3>${t("conv.outcomes.useful")}</h3><p><span class="big">${number(sum.useful)}</span><br />${share(sum.useful, sum.said)}</p></li>
    <li class="card"><h3>${t("conv.outcomes.follow")}</h3><dl class="facts">${words("follow_up").map(([one, text]) => html`<dt>${text}</dt><dd>${sum.follow_up[one] ?? 0}</dd>`)}</dl></li>
  </ul>
</section>`;

const List = ({ of, items }) => html`<table>
  <caption>${t("conv.outcomes.caption")}</caption>
  <thead><tr><th scope="col">${t("conv.outcomes.meeting")}</th><th scope="col">${t("conv.outcomes.said.by")}</th></tr></thead>
  <tbody>
    ${items.map((m) => html`<tr key=${m.request}>
      <th scope="row"><a href=${`/app/conventions/${of.id}/requests/${m.request}`}>${t("conv.request.names", { first: m.people[0].name, second: m.people[1].name })}</a>
        <br /><small>${placeOf(m.meeting, of)}</small>${differs(m) && html`<br /><${Tag} kind="warn">${t("conv.outcomes.differs")}<//>`}</th>
      <td><ul class="plain">${m.people.map((p) => html`<li key=${p.id}>${p.name}${company(p) && html` <small>${company(p)}</small>`}${t("colon")}${saidBy(m, p)}</li>`)}</ul></td>
    </tr>`)}
  </tbody>
</table>`;

function saidBy(meeting, person) {
  const said = meeting.outcomes.find((o) => o.participant === person.id);
  if (!said) return html`<span class="soft">${t("conv.outcomes.nothing")}</span>`;
  return [
    t(said.met ? "conv.outcomes.did" : "conv.outcomes.not"),
    said.useful !== null && said.useful !== undefined && t(said.useful ? "conv.outcomes.was.useful" : "conv.outcomes.was.useless"),
    said.follow_up && word("follow_up", said.follow_up).toLowerCase(),
  ].filter(Boolean).join(", ");
}
