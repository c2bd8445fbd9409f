// SPDX-License-Identifier: EUPL-1.2
// A change of the offer that is proposed: before and after, and the button that makes it.
import { html, useEffect, useRef } from "../shared/html.js";
import { cpvText, useNames } from "../shared/names.js";
import { day, field, kilometres, range, t, word } from "../shared/text.js";
import { Button } from "../shared/ui.js";

const isPlace = (text) => /^(FR$|(commune|departement|region|nuts):)/.test(text);
const isCpv = (text) => /^\d{8}$/.test(text);

// "1000..90000", either side may be missing
const bounds = (text) => Object.fromEntries(text.split("..").map((n, i) => [i ? "max" : "min", n]).filter(([, n]) => n).map(([side, n]) => [side, Number(n)]));

// The items of a value as people read them: places and codes by their names, kilometres, days, euros.
function useReader(changes) {
  const items = changes.flatMap((one) => [one.before, one.after]).flatMap((value) => value?.split(", ") ?? []);
  const place = useNames("places", items.filter(isPlace)), cpv = useNames("cpv", items.filter(isCpv));
  return (key, value) => {
    if (!value) return [t("fit.proposal.nothing")];
    if (key === "radius") return [kilometres(Number(value))];
    if (key === "full_until") return [day(value)];
    if (key === "value") return [range(bounds(value))];
    if (key === "active") return [t(value === "true" ? "fit.proposal.active" : "fit.proposal.inactive")];
    return value.split(", ").map((one) => (key === "services" ? word("service", one) : isPlace(one) ? place(one) : isCpv(one) ? cpvText(one, cpv(one)) : one));
  };
}

// "/capabilities/0/radius": "Rayon autour du siège, en km (capacité 1)"
function label(pointer) {
  const [, list, number, key] = pointer.split("/");
  if (list !== "capabilities") return field("offer", list).text;
  return key ? t("fit.proposal.of", { what: field("capability", key).text, n: Number(number) + 1 }) : t("fit.proposal.capability", { n: Number(number) + 1 });
}

const Said = ({ word, items, as }) => items.length > 0 && html`<div>${word && html`<span class="soft">${t(word)}</span> `}<${as}>${items.join(", ")}<//></div>`;

// What goes is struck through, what comes stands out; what stays of a list is left out.
function Change({ before, after, isNew }) {
  const gone = before.filter((one) => !after.includes(one)), come = after.filter((one) => !before.includes(one)), list = gone.length < before.length || come.length < after.length;
  return html`<${Said} word=${list ? "fit.proposal.gone" : "fit.proposal.before"} items=${isNew ? [] : gone} as="del" />
    <${Said} word=${isNew ? null : list ? "fit.proposal.come" : "fit.proposal.after"} items=${come} as="ins" />`;
}

export function Changes({ changes }) {
  const read = useReader(changes);
  return html`<dl class="facts">${changes.map((one) => {
    const key = one.field.split("/").at(-1);
    return html`<dt>${label(one.field)}</dt><dd><${Change} before=${read(key, one.before)} after=${read(key, one.after)} isNew=${!one.before} /></dd>`;
  })}</dl>`;
}

// After a refusal: the change that would have spared us the need.
export function Proposal({ proposal, apply, close }) {
  const shown = useRef();
  useEffect(() => shown.current.focus(), []);
  return html`<section class="note" aria-labelledby="proposal"><h3 id="proposal" tabindex="-1" ref=${shown}>${t("fit.proposal")}</h3><p>${t("fit.proposal.why")}</p>
    <${Changes} changes=${proposal.changes} />
    <div class="row"><${Button} class="main" onClick=${apply}>${t("fit.proposal.apply")}<//><button type="button" onClick=${close}>${t("fit.proposal.keep")}</button></div>
  </section>`;
}
