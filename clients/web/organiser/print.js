// SPDX-License-Identifier: EUPL-1.2
// What is printed for the day: pages of the service, ready for paper.
import { html } from "../shared/html.js";
import { mayWrite } from "../shared/session.js";
import { t } from "../shared/text.js";
import { Frame } from "./frame.js";

export default ({ id }) => html`<${Frame} id=${id} tab="print">
  ${(convention) => html`
    ${!convention.current && html`<div class="note warn"><p>${t("conv.print.none")}</p><p><a class="button" href=${`/app/conventions/${id}/plan`}>${t("conv.tab.plan")}</a></p></div>`}
    <ul class="cards">
      ${mayWrite() && html`<${Paper} href=${`/v1/conventions/${id}/sheets`} what="sheets" leaves />`}
      <${Paper} href=${`/v1/conventions/${id}/cards`} what="cards" leaves />
      <${Paper} href=${`/app/conventions/${id}/wall`} what="wall" />
    </ul>`}
<//>`;

const Paper = ({ href, what, leaves }) => html`<li class="card">
  <h2><a href=${href} target=${leaves ? "_blank" : undefined} rel=${leaves ? "noreferrer" : undefined}>${t(`conv.print.${what}`)}</a></h2>
  <p>${t(`conv.print.${what}.why`)}</p>
  ${leaves && html`<p class="soft">${t("conv.print.leaves")}</p>`}
</li>`;
