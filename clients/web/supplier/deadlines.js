// SPDX-License-Identifier: EUPL-1.2
// The deadlines of the needs that fit us: a month as a table, and as a list.
import { at, get, post, useGet, usePages } from "../shared/api.js";
import { html, useEffect } from "../shared/html.js";
import { useStream } from "../shared/stream.js";
import { language, longDay, t, time } from "../shared/text.js";
import { Button, Empty, Page, Read, say } from "../shared/ui.js";
import { Subscribe } from "./channel.js";
import { AnswerTag } from "./fit.js";

const dayOf = (value) => new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Paris" }).format(new Date(value));
const written = (year, month) => `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}`;
const moved = (month, by) => {
  const [y, m] = month.split("-").map(Number), date = new Date(Date.UTC(y, m - 1 + by, 1));
  return written(date.getUTCFullYear(), date.getUTCMonth() + 1);
};
const said = (options, value) => new Intl.DateTimeFormat(language.get() === "fr" ? "fr-FR" : "en-GB", { timeZone: "UTC", ...options }).format(value);
const monthName = (month) => said({ month: "long", year: "numeric" }, new Date(`${month}-01T00:00Z`));

// The weeks of a month, Monday first: lists of seven days of it, null outside.
function weeks(month) {
  const [y, m] = month.split("-").map(Number), count = new Date(Date.UTC(y, m, 0)).getUTCDate(), before = (new Date(Date.UTC(y, m - 1, 1)).getUTCDay() + 6) % 7;
  const cells = [...Array(before).fill(null), ...Array.from({ length: count }, (_, i) => `${month}-${String(i + 1).padStart(2, "0")}`)];
  while (cells.length % 7) cells.push(null);
  return Array.from({ length: cells.length / 7 }, (_, i) => cells.slice(7 * i, 7 * i + 7));
}

export default function Deadlines({ query }) {
  const asked = query.get("month") ?? "", month = /^\d{4}-(0[1-9]|1[0-2])$/.test(asked) ? asked : dayOf(Date.now()).slice(0, 7);
  const needs = usePages(at("/v1/offer/needs", { month }));
  useStream("/v1/events", ({ kind }) => kind !== "open" && needs.reload());
  useEffect(() => {
    if (needs.more) needs.showMore().catch(() => {}); // a month is shown whole
  }, [needs.items.length, needs.more]);
  const days = Map.groupBy([...needs.items].sort((a, b) => a.need.deadline.localeCompare(b.need.deadline)), (match) => dayOf(match.need.deadline));
  return html`<${Page} title=${t("due.title")} lead=${t("due.lead")} actions=${html`<a class="button" href="/app/matches">${t("fit.back")}</a>`}>
    <nav class="months" aria-label=${t("due.months")}>
      <${Turn} to=${moved(month, -1)} arrow="←" />
      <h2>${monthName(month)}</h2>
      <${Turn} to=${moved(month, 1)} arrow="→" />
    </nav>
    <${Read} from=${needs}>${() => html`<${Grid} month=${month} days=${days} />
      ${days.size ? [...days].sort(([a], [b]) => a.localeCompare(b)).map(([day, list]) => html`<section key=${day} id=${`day-${day}`}><h3>${longDay(`${day}T12:00Z`)}</h3>
        <ul class="plain">${list.map((match) => html`<li><a href=${`/app/matches/${match.need.id}`}>${match.need.title}</a> <span class="soft">${time(match.need.deadline)} · ${match.need.buyer.name} · ${match.score}/100</span> <${AnswerTag} match=${match} /></li>`)}</ul></section>`)
        : html`<${Empty} title=${t("due.none", { month: monthName(month) })}><p>${t("due.none.why")}</p><//>`}`}<//>
    <${Feed} />
  <//>`;
}

const Turn = ({ to, arrow }) => html`<a class="button small" href=${at("/app/deadlines", { month: to })} aria-label=${monthName(to)}><span aria-hidden="true">${arrow}</span></a>`;

const Grid = ({ month, days }) => html`<table class="month">
  <caption class="hidden">${t("due.grid", { month: monthName(month) })}</caption>
  <thead><tr>${[1, 2, 3, 4, 5, 6, 7].map((n) => html`<th scope="col"><abbr title=${said({ weekday: "long" }, Date.UTC(2024, 0, n))}>${said({ weekday: "short" }, Date.UTC(2024, 0, n)).replace(".", "").slice(0, 3)}</abbr></th>`)}</tr></thead>
  <tbody>${weeks(month).map((week) => html`<tr>${week.map((day) => html`<td class=${day === dayOf(Date.now()) ? "today" : ""}>
    ${day && html`<time datetime=${day}>${Number(day.slice(8))}</time>`}
    ${day && days.has(day) && html`<a href=${`#day-${day}`} aria-label=${t("due.day", { n: days.get(day).length, day: longDay(`${day}T12:00Z`) })}>${days.get(day).length}</a>`}
  </td>`)}</tr>`)}</tbody>
</table>`;

// The same in one's own calendar, by its secret address.
function Feed() {
  const channels = useGet("/v1/channels"), own = channels.data?.items.find((one) => one.kind === "calendar" && !one.alert);
  const channel = useGet(own ? `/v1/channels/${own.id}` : null);
  const make = async () => {
    await post("/v1/channels", { kind: "calendar", label: t("due.title") });
    channels.put(await get("/v1/channels"));
    say(t("due.feed.made"));
  };
  return html`<section class="card" aria-labelledby="feed"><h2 id="feed">${t("due.feed")}</h2><p>${t("due.feed.why")}</p>
    ${channel.data?.link ? html`<${Subscribe} link=${channel.data.link} />`
      : channels.data && !own && html`<${Button} onClick=${make}>${t("due.feed.make")}<//>`}
  </section>`;
}
