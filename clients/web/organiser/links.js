// SPDX-License-Identifier: EUPL-1.2
// The secret addresses of a participant, shown on demand.
import { html, useState } from "../shared/html.js";
import { t } from "../shared/text.js";
import { Button, say } from "../shared/ui.js";

const KINDS = ["badge", "agenda", "sheet", "checkin"];

export function Links({ p }) {
  const [shown, show] = useState(false);
  const copy = async (kind) => (await navigator.clipboard.writeText(p.links[kind]), say(t("conv.link.copied")));
  return html`<h2>${t("conv.links")}</h2>
    <p>${t("conv.links.why", { name: p.name })}</p>
    ${!shown
      ? html`<p><button type="button" onClick=${() => show(true)}>${t("conv.links.show")}</button></p>`
      : html`<ul class="plain">${KINDS.map((kind) => html`<li class="field" key=${kind}>
          <label for=${`link-${kind}`}>${t(`conv.link.${kind}`)}</label>
          <input id=${`link-${kind}`} readonly value=${p.links[kind]} onFocus=${(e) => e.target.select()} />
          <p class="row"><${Button} class="small" aria-label=${t("conv.link.copy.what", { what: t(`conv.link.${kind}`) })} onClick=${() => copy(kind)}>${t("conv.link.copy")}<//>
            <a href=${p.links[kind]} target="_blank" rel="noreferrer" aria-label=${t("conv.link.open.what", { what: t(`conv.link.${kind}`) })}>${t("conv.link.open")}</a></p>
        </li>`)}</ul>`}`;
}
