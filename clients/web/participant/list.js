// SPDX-License-Identifier: EUPL-1.2
// The conventions that one's organisation takes part in, live.
import { useGet } from "../shared/api.js";
import { html } from "../shared/html.js";
import { useStream } from "../shared/stream.js";
import { t, word } from "../shared/text.js";
import { Empty, Page, Read, Tag } from "../shared/ui.js";
import { clock } from "../shared/hours.js";

export default function Participations() {
  const list = useGet("/v1/participations");
  useStream("/v1/events", () => list.reload());
  return html`<${Page} title=${t("nav.participations")} lead=${t("part.lead")}>
    <${Read} from=${list}>${({ items }) =>
      items.length
        ? html`<ul class="cards">${items.map((item) => html`<${Card} key=${item.participant.id} item=${item} />`)}</ul>`
        : html`<${Empty} title=${t("part.none")}><p>${t("part.none.why")}</p><p><a class="button" href="/app/conventions">${t("part.none.look")}</a></p><//>`}<//>
  <//>`;
}

const KINDS = { listed: "good", coming: "good", invited: "warn" };

function Card({ item }) {
  const c = item.convention;
  const day = c.starts && clock(c.zone).day(c.starts);
  return html`<li class="card">
    <h2>${item.badge ? html`<a href=${`/app/participations/${item.participant.id}`}>${c.name}</a>` : c.name}</h2>
    <p><${Tag} kind=${KINDS[item.state]}>${word("participant_state", item.state)}<//></p>
    <p>${[day, c.place].filter(Boolean).join(" · ")}<br /><span class="soft">${t("part.by", { name: c.organiser })}</span></p>
    <p>${item.mine ? "" : `${item.participant.name} · `}${item.meetings ? t("part.meetings.n", { n: item.meetings }) : t("part.meetings.none")}</p>
    ${!item.badge && html`<p class="soft">${t("part.hidden")}</p>`}
  </li>`;
}
