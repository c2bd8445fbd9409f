// SPDX-License-Identifier: EUPL-1.2
// One need of ours: how far it has come, live, the suppliers it has found, and what can be done with it.
import { drop, post, useGet } from "../shared/api.js";
import { html, useCallback } from "../shared/html.js";
import { navigate } from "../shared/router.js";
import { forget } from "../shared/kept.js";
import { mayWrite, session } from "../shared/session.js";
import { useStream } from "../shared/stream.js";
import { instant, number, t, word } from "../shared/text.js";
import { Asked, Page, Read, say } from "../shared/ui.js";
import { Contents, State } from "../shared/need.js";
import { Matches } from "./matches.js";

const OPEN = ["published", "amended"];

export default function Need({ id, query }) {
  const need = useGet(`/v1/needs/${id}`), funnel = useGet(`/v1/needs/${id}/funnel`);
  const about = useCallback(({ kind, data }) => kind === "open" || data?.need?.id === id, [id]);
  useStream("/v1/events", (e) => about(e) && (funnel.reload(), e.kind === "answers" || need.reload()));
  if (need.problem?.status === 404) return html`<${Page} title=${t("open.gone")}><p>${t("open.gone.why")}</p><p><a href="/app/needs">${t("needs.back")}</a></p><//>`;
  const n = need.data;
  return html`<${Page} title=${n?.title ?? t("needs.one")} actions=${n && mayWrite() && html`<${Actions} need=${n} funnel=${funnel.data} done=${need.put} />`}>
    <${Read} from=${need}>${(n) => html`
      <p class="row"><${State} state=${n.state} /> ${n.deadline && html`<span class="soft">${t("need.until", { when: instant(n.deadline) })}</span>`} <a href="/app/needs">${t("needs.back")}</a></p>
      ${n.state === "draft" && html`<p class="note">${t("needs.draft")}</p>`}
      ${n.state === "pending" && html`<p class="note warn">${t("needs.pending")}</p>`}
      ${n.state !== "draft" && n.state !== "pending" && html`
        <${Read} from=${funnel}>${(f) => html`<${Funnel} f=${f} need=${n} />`}<//>
        <${Matches} id=${id} funnel=${funnel.data} about=${about} filter=${query.get("answer") ?? ""} />`}
      <details open=${!OPEN.includes(n.state)}><summary><h2 style=${{ display: "inline" }}>${t("needs.contents")}</h2></summary><${Contents} need=${n} mine /></details>`}<//>
  <//>`;
}

const STAGES = ["matched", "told", "seen", "interested", "declined"];

function Funnel({ f, need }) {
  const most = Math.max(1, f.matched);
  const reasons = Object.entries(f.reasons);
  return html`<section aria-labelledby="funnel">
    <h2 id="funnel">${t("funnel")}</h2>
    <p class="hidden" role="status">${t("funnel.said", f)}</p>
    ${f.matched === 0 && OPEN.includes(need.state) && html`<p class="note warn">${t("funnel.none")} <a href=${`/app/needs/${need.id}/edit?step=place`}>${t("funnel.widen")}</a></p>`}
    <ul class="cards numbers" data-test="funnel">${STAGES.map((stage) => html`<li class="card" key=${stage}>
      <p><span class="big">${number(f[stage])}</span> ${t(`funnel.${stage}`, { n: f[stage] })}</p>
      <div aria-hidden="true" style=${{ height: ".4rem", borderRadius: ".2rem", background: "var(--faint)" }}><div style=${{ height: "100%", borderRadius: ".2rem", background: "var(--brand)", width: `${Math.min(100, (100 * f[stage]) / most)}%` }}></div></div>
      ${stage === "told" && f.held > 0 && html`<p><small>${t("funnel.held", { n: f.held })}${f.next_wave && ` ${t("funnel.wave", { when: instant(f.next_wave) })}`}</small></p>`}
      ${stage === "told" && f.withdrawn > 0 && html`<p><small>${t("funnel.withdrawn", { n: f.withdrawn })}</small></p>`}
      ${stage === "declined" && reasons.length > 0 && html`<p><small>${reasons.map(([reason, n]) => `${word("decline", reason)}${t("colon")}${number(n)}`).join(" · ")}</small></p>`}
    </li>`)}</ul>
  </section>`;
}

// What can be done in a state, and who is told of it.
function Actions({ need, funnel, done }) {
  const told = funnel ? funnel.told - funnel.withdrawn - funnel.declined : 0;
  const act = (verb) => async () => {
    done(await post(`/v1/needs/${need.id}/${verb}`));
    say(t(`needs.${verb}.done`));
  };
  const asked = (verb) => html`<${Asked} class=${verb === "cancel" ? "bad" : ""} text=${t(`needs.${verb}`)} question=${t(`needs.${verb}.ask`)} act=${act(verb)}>
    <p>${t(`needs.${verb}.why`)}</p><p>${t("needs.told", { n: Math.max(0, told) })}</p>
  <//>`;
  const remove = async () => {
    await drop(`/v1/needs/${need.id}`);
    forget(session.get(), `need ${need.id}`);
    say(t("needs.drop.done"));
    navigate("/app/needs", { replace: true });
  };
  const edit = `/app/needs/${need.id}/edit`, again = html`<a class="button" href=${`/app/needs/new?from=${need.id}`}>${t("needs.again")}</a>`;
  switch (need.state) {
    case "draft":
      return html`<a class="button main" href=${edit}>${t("needs.continue")}</a>${again}<${Asked} text=${t("needs.drop")} question=${t("needs.drop.ask")} act=${remove}><p>${t("needs.drop.why")}</p><//>`;
    case "pending":
    case "published":
    case "amended":
      return html`<a class="button" href=${`${edit}?step=object`}>${t("needs.amend")}</a>${need.state !== "pending" && [asked("close"), asked("award")]}${again}${asked("cancel")}`;
    case "closed":
      return html`${asked("award")}${again}${asked("cancel")}`;
    default:
      return again;
  }
}
