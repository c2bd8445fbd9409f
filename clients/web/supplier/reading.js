// SPDX-License-Identifier: EUPL-1.2
// The offer, for those of us who may not change it.
import { html } from "../shared/html.js";
import { Names } from "../shared/names.js";
import { longDay, field, t } from "../shared/text.js";
import { Page } from "../shared/ui.js";
import { CapabilityFacts, useTitles } from "./capability.js";
import { Standing } from "./standing.js";
import { Fitting } from "./stored.js";

const Fact = ({ name, children }) => children && html`<dt>${field("offer", name).text}</dt><dd>${children}</dd>`;

export function Reading({ offer }) {
  const title = useTitles(offer.capabilities);
  return html`<${Page} title=${t("offer.title")} lead=${t("offer.reader")}>
    <${Standing} offer=${offer} /><${Fitting} version=${offer.version} />
    <h2>${t("offer.capabilities")}</h2>
    ${offer.capabilities.map((one, i) => html`<section class="card" key=${i}><h3>${i + 1}. ${title(one)}</h3><${CapabilityFacts} one=${one} seat=${offer.seat} /></section>`)}
    <h2>${t("offer.all")}</h2>
    <dl class="facts card">
      <${Fact} name="seat">${offer.seat && html`<${Names} kind="places" codes=${[offer.seat]} />`}<//>
      <${Fact} name="full_until">${offer.full_until && longDay(offer.full_until)}<//>
      <${Fact} name="description">${offer.description}<//>
      <${Fact} name="labels">${offer.labels?.join(", ")}<//>
      <${Fact} name="criteria">${offer.criteria?.join(", ")}<//>
      <${Fact} name="blocked">${offer.blocked?.join(", ")}<//>
    </dl>
  <//>`;
}
