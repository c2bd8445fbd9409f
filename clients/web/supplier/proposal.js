// SPDX-License-Identifier: EUPL-1.2
// The change of the offer that would have spared us a need: before and after, and the button that makes it.
import { html } from "../shared/html.js";
import { useNames } from "../shared/codes.js";
import { day, field, kilometres, range, t } from "../shared/text.js";
import { Button } from "../shared/ui.js";

const isPlace = (text) => /^(FR$|(commune|departement|region|nuts):)/.test(text);

// "1000..90000", either side may be missing
const bounds = (text) => Object.fromEntries(text.split("..").map((n, i) => [i ? "max" : "min", n]).filter(([, n]) => n).map(([side, n]) => [side, Number(n)]));

// A value as people read it: places by their names, kilometres, days, euros.
function useReader(changes) {
  const places = changes.flatMap((one) => [one.before, one.after]).flatMap((value) => value?.split(", ") ?? []).filter(isPlace);
  const name = useNames("places", places);
  return (key, value) => {
    if (!value) return t("fit.proposal.nothing");
    if (key === "radius") return kilometres(Number(value));
    if (key === "full_until") return day(value);
    if (key === "value") return range(bounds(value));
    return value.split(", ").map((one) => (isPlace(one) ? name(one) : one)).join(", ");
  };
}

// "/capabilities/0/radius": "Rayon autour du siège, en km (capacité 1)"
function label(pointer) {
  const [, list, number, key] = pointer.split("/");
  if (list !== "capabilities") return field("offer", list).text;
  return key ? t("fit.proposal.of", { what: field("capability", key).text, n: Number(number) + 1 }) : t("fit.proposal.capability", { n: Number(number) + 1 });
}

export function Proposal({ proposal, apply, close }) {
  const read = useReader(proposal.changes);
  return html`<div class="note">
    <p><strong>${t("fit.proposal")}</strong></p><p>${t("fit.proposal.why")}</p>
    <table><caption class="hidden">${t("fit.proposal")}</caption>
      <thead><tr><th scope="col">${t("fit.proposal.what")}</th><th scope="col">${t("fit.proposal.before")}</th><th scope="col">${t("fit.proposal.after")}</th></tr></thead>
      <tbody>${proposal.changes.map((one) => html`<tr key=${one.field}><th scope="row">${label(one.field)}</th>
        <td>${read(one.field.split("/").at(-1), one.before)}</td><td><strong>${read(one.field.split("/").at(-1), one.after)}</strong></td></tr>`)}</tbody>
    </table>
    <div class="row"><${Button} class="main" onClick=${apply}>${t("fit.proposal.apply")}<//><button type="button" onClick=${close}>${t("fit.proposal.keep")}</button></div>
  </div>`;
}
