// SPDX-License-Identifier: EUPL-1.2
// The log of everybody's sensitive changes, and whether its chain holds.
import { at, get, usePages } from "../shared/api.js";
import { html, useState } from "../shared/html.js";
import { session } from "../shared/session.js";
import { loadTexts, number, t } from "../shared/text.js";
import { Button, More, Read } from "../shared/ui.js";
import { Entries } from "../account/log.js";
import { ModerationPage, allowed } from "./pages.js";

await loadTexts("account"); // the words of the entries

export default function Audit() {
  const entries = usePages(allowed("/v1/moderation/audit"));
  const me = session.get()?.person;
  const name = (id) => (id === me?.id ? me.name : /^[0-9a-f-]{36}$/.test(id ?? "") ? t("audit.person", { id: id.slice(-6) }) : undefined);
  return html`<${ModerationPage} title=${t("moderation.audit.title")} lead=${t("moderation.audit.why")}>
    <${Check} />
    <${Read} from=${entries}>${() => html`<${Entries} items=${entries.items} name=${name} organisation=${(e) => e.name ?? ""} /><${More} pages=${entries} />`}<//>
  <//>`;
}

// Part by part, from the first entry to the last.
function Check() {
  const [part, setPart] = useState(null);
  const check = async () => {
    let last = null;
    do {
      last = await get(at("/v1/moderation/audit/check", last ? { after: `${last.seq}:${last.hash}` } : {}));
      setPart(last);
    } while (!last.why && last.seq < last.last);
  };
  const ends = part && (part.why || part.seq >= part.last);
  return html`<p><${Button} onClick=${check}>${t("audit.check")}<//></p>
    <div role="status">
      ${part && !ends && html`<progress max=${part.last} value=${part.seq} aria-label=${t("audit.check")} />`}
      ${ends && part.why && html`<div class="note bad"><p><strong>${t("audit.broken", { entry: number(part.broken) })}</strong> (${part.why})</p><p>${t("audit.broken.why")}</p></div>`}
      ${ends && !part.why && html`<div class="note good"><p><strong>${t("audit.right", { n: part.seq })}</strong></p><p>${t("audit.anchor")}</p><p><code>${part.seq}:${part.hash}</code></p></div>`}
    </div>`;
}
