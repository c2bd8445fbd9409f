// SPDX-License-Identifier: EUPL-1.2
// Conventions: one's own in every state, and those of others that are open to all.
import { usePages } from "../shared/api.js";
import { html } from "../shared/html.js";
import { is, mayWrite } from "../shared/session.js";
import { longDay, t } from "../shared/text.js";
import { Empty, More, Page, Read } from "../shared/ui.js";
import { State, isOurs } from "./frame.js";
import { sum, zoneAt } from "./said.js";

export default function Conventions() {
  const organiser = is("organiser");
  const make = organiser && mayWrite() && html`<a class="button main" href="/app/conventions/new">${t("conv.new")}</a>`;
  return html`<${Page} title=${t("nav.conventions")} lead=${organiser ? t("conv.lead") : ""} actions=${make}>
    ${organiser && html`<${Mine} make=${make} />`}
    <${Open} />
  <//>`;
}

function Mine({ make }) {
  const pages = usePages("/v1/conventions?mine=1");
  return html`<section aria-labelledby="mine">
    <h2 id="mine">${t("conv.mine")}</h2>
    <${Read} from=${pages}>${() =>
      pages.items.length
        ? html`<${List} items=${pages.items} /><${More} pages=${pages} />`
        : html`<${Empty} title=${t("conv.mine.none")}><p>${t("conv.mine.none.why")}</p><p>${make}</p><//>`}<//>
  </section>`;
}

function Open() {
  const pages = usePages("/v1/conventions");
  const others = pages.items.filter((c) => !isOurs(c));
  return html`<section aria-labelledby="open">
    <h2 id="open">${t("conv.open")}</h2>
    <${Read} from=${pages}>${() => (others.length ? html`<${List} items=${others} />` : html`<p class="soft">${t("conv.open.none")}</p>`)}<//>
    <${More} pages=${pages} />
  </section>`;
}

const List = ({ items }) => html`<ul class="cards">
  ${items.map((c) => html`<li class="card" key=${c.id}>
    <h3><a href=${`/app/conventions/${c.id}`}>${c.name}</a></h3>
    <p class="row"><${State} of=${c} /> <span class="soft">${isOurs(c) ? "" : c.organiser.name}</span></p>
    <p>${longDay(c.starts, zoneAt(c))}${c.place ? ` · ${c.place}` : ""}</p>
    ${isOurs(c) && html`<p class="soft">${t("conv.people", { n: sum(c.participants) })} · ${t("conv.meetings", { n: c.meetings })}</p>`}
  </li>`)}
</ul>`;
