// SPDX-License-Identifier: EUPL-1.2
// Our offer: made in steps the first time, then changed whole.
import { useGet } from "../shared/api.js";
import { html, useState } from "../shared/html.js";
import { mayWrite } from "../shared/session.js";
import { t } from "../shared/text.js";
import { Page, Read } from "../shared/ui.js";
import { Editor } from "./editor.js";
import { Reading } from "./reading.js";
import { NoOffer } from "./standing.js";
import { Wizard } from "./wizard.js";

export default function Offer({ query }) {
  const stored = useGet("/v1/offer");
  const [made, setMade] = useState(false);
  if (stored.problem?.status === 404)
    return mayWrite()
      ? html`<${Wizard} done=${(offer) => (setMade(true), stored.put(offer))} />`
      : html`<${Page} title=${t("offer.title")} narrow><${NoOffer} /><//>`;
  if (!stored.data) return html`<${Page} title=${t("offer.title")}><${Read} from=${stored} /><//>`;
  if (!mayWrite()) return html`<${Reading} offer=${stored.data} />`;
  return html`<${Editor} key=${stored.data.id} offer=${stored.data} changed=${stored.put} made=${made} query=${query} />`;
}
