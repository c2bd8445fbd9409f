// SPDX-License-Identifier: EUPL-1.2
// Where one is after signing in: what to do next, and what has happened, live.
import { useGet, usePages } from "../shared/api.js";
import { html, useEffect } from "../shared/html.js";
import { navigate } from "../shared/router.js";
import { is, mayWrite, session } from "../shared/session.js";
import { useStore } from "../shared/store.js";
import { useStream } from "../shared/stream.js";
import { instant, t } from "../shared/text.js";
import { Empty, More, Page, Read } from "../shared/ui.js";
import { takeWanted } from "../entry/where.js";

export default function Home() {
  const who = useStore(session);
  const title = t("home.hello", { name: who.person.name });
  useEffect(() => {
    const to = takeWanted();
    if (to) navigate(to, { replace: true });
  }, []);
  if (!who.organisation) return html`<${Page} title=${title} narrow><${NoOrganisation} who=${who} /><//>`;
  return html`<${Page} title=${title} lead=${who.organisation.name}>
    ${who.organisation.declared?.includes("organiser") && html`<${Awaited} what="home.first.organiser" />`}
    <ul class="cards">
      ${is("buyer") && html`<${Next} to=${mayWrite() ? "/app/needs/new" : "/app/needs"} what=${mayWrite() ? "home.post" : "home.needs"} />`}
      ${is("supplier") && html`<${Supplier} />`}
      ${is("organiser") && html`<${Next} to="/app/conventions" what="home.conventions" />`}
      <${Next} to="/app/open" what="home.open" />
    </ul>
    <${News} />
  <//>`;
}

const Awaited = ({ what }) => html`<p class="note"><strong>${t(what)}</strong> ${t(`${what}.why`)}</p>`;

const Next = ({ to, what }) => html`<li class="card"><h2><a href=${to}>${t(what)}</a></h2><p>${t(`${what}.why`)}</p></li>`;

// Who has no offer yet hears of nothing: that comes first.
function Supplier() {
  const offer = useGet("/v1/offer");
  if (offer.loading && !offer.data) return null;
  return offer.problem?.status === 404 && mayWrite() ? html`<${Next} to="/app/offer" what="home.offer.first" />`
    : html`<${Next} to="/app/matches" what="home.matches" /><${Next} to="/app/offer" what="home.offer" />`;
}

const NoOrganisation = ({ who }) => html`<${Empty} title=${t("home.alone")}>
  <p>${t(who.person.moderator ? "home.moderator" : "home.alone.why")}</p>
  <p>${who.person.moderator ? html`<a class="button main" href="/app/moderation">${t("nav.moderation")}</a>` : html`<a class="button" href="/app/signup">${t("home.alone.signup")}</a>`}</p>
<//>`;

function News() {
  const notices = usePages("/v1/notices?limit=20");
  useStream("/v1/events", ({ kind }) => ["open", "answers"].includes(kind) || notices.reload());
  return html`<section aria-labelledby="news">
    <h2 id="news">${t("home.news")}</h2>
    <${Read} from=${notices}>${() =>
      notices.items.length
        ? html`<ul class="plain">${notices.items.map((n) => html`<li class="card" key=${n.id}><${Notice} n=${n} /></li>`)}</ul><${More} pages=${notices} />`
        : html`<${Empty} title=${t("home.news.none")}><p>${t("home.news.none.why")}</p><//>`}<//>
  </section>`;
}

// What a notice says in a line. Suppliers and buyers read the need at addresses of their own.
function Notice({ n }) {
  const own = ["matched", "interest", "interests"].includes(n.kind), where = own ? "needs" : is("supplier") && !n.alert ? "matches" : "open";
  const to = n.convention ? (is("organiser") ? `/app/conventions/${n.convention.id}` : "/app/participations") : n.need && `/app/${where}/${n.need.id}`;
  const text = t(`notice.${n.kind}`, { n: n.suppliers ?? n.interested ?? n.days ?? 0, supplier: n.supplier?.name, score: n.score, who: n.with?.name ?? "" });
  return html`<div class="row spread"><strong>${text}</strong><small class="soft">${instant(n.at)}</small></div>
    ${to && html`<p><a href=${to}>${n.need?.title ?? n.convention.name}</a>${n.need?.buyer && html` <span class="soft">· ${n.need.buyer.name}</span>`}</p>`}
    ${n.message && html`<p class="soft">« ${n.message} »</p>`}`;
}
