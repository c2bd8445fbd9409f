// SPDX-License-Identifier: EUPL-1.2
// One thing that a supplier can do: its name, and the lines that say it.
import { html } from "../shared/html.js";
import { cpvText, useNames } from "../shared/names.js";
import { kilometres, list, range, t, word } from "../shared/text.js";

// A function that gives a capability its name.
export function useTitles(capabilities) {
  const name = useNames("cpv", capabilities.map((one) => one.cpv).filter(Boolean));
  return (one) => one.title ?? (one.cpv ? name(one.cpv) : t("offer.capability.new"));
}

// Where, for how much, in what way.
export function CapabilityFacts({ one, seat }) {
  const name = useNames("places", [...(one.areas ?? []), seat].filter(Boolean)), cpv = useNames("cpv", one.cpv ? [one.cpv] : []);
  const shown = (one.areas ?? []).slice(0, 8).map(name), more = (one.areas ?? []).length - shown.length;
  const where = [...shown, ...(more > 0 ? [t("offer.places.more", { n: more })] : [])];
  const around = one.radius > 0 && t("offer.around", { km: kilometres(one.radius), seat: seat ? name(seat) : t("offer.seat.none") });
  return html`<dl class="facts">
    <dt>${t("offer.trade")}</dt><dd>${one.cpv && cpvText(one.cpv, cpv(one.cpv))}</dd>
    <dt>${t("offer.where")}</dt><dd>${list([...where, around].filter(Boolean)) || t("offer.where.none")}</dd>
    <dt>${t("offer.amounts")}</dt><dd>${range(one.value) || t("offer.amounts.all")}</dd>
    ${one.services?.length > 0 && html`<dt>${t("offer.services")}</dt><dd>${list(one.services.map((s) => word("service", s)))}</dd>`}
    ${one.keywords?.length > 0 && html`<dt>${t("offer.keywords")}</dt><dd>${one.keywords.join(", ")}</dd>`}
    ${one.excluded?.length > 0 && html`<dt>${t("offer.excluded")}</dt><dd>${one.excluded.join(", ")}</dd>`}
  </dl>`;
}
