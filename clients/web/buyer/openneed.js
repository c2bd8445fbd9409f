// SPDX-License-Identifier: EUPL-1.2
// One open need, as everybody may read it.
import { useGet } from "../shared/api.js";
import { html } from "../shared/html.js";
import { is, session } from "../shared/session.js";
import { useStream } from "../shared/stream.js";
import { t } from "../shared/text.js";
import { Page, Read } from "../shared/ui.js";
import { Contents, State } from "../shared/need.js";

export default function OpenNeed({ id }) {
  const need = useGet(`/v1/needs/${id}`);
  useStream("/v1/events", (e) => e.data?.need?.id === id && e.kind !== "answers" && need.reload());
  if (need.problem?.status === 404) return html`<${Page} title=${t("open.gone")}><p>${t("open.gone.why")}</p><p><a href="/app/open">${t("open.back")}</a></p><//>`;
  const mine = need.data?.buyer.id === session.get()?.organisation?.id;
  return html`<${Page} title=${need.data?.title ?? t("open.need")}>
    <${Read} from=${need}>${(n) => html`
      <p class="row"><${State} state=${n.state} /> <span>${n.buyer.name} <span class="soft">· SIRET ${n.buyer.siret}</span></span></p>
      ${is("supplier") && html`<p><a class="button main" href=${`/app/matches/${id}`}>${t("open.why")}</a></p>`}
      ${mine && html`<p><a class="button" href=${`/app/needs/${id}`}>${t("open.mine")}</a></p>`}
      <h2>${t("needs.contents")}</h2>
      <${Contents} need=${n} />
      <p><a href="/app/open">${t("open.back")}</a></p>`}<//>
  <//>`;
}
