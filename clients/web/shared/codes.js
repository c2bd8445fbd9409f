// SPDX-License-Identifier: EUPL-1.2
// The fields that choose CPV codes and places.
import { at, get } from "./api.js";
import { html, useEffect, useState } from "./html.js";
import { Chips, Combo } from "./form.js";
import { cpvText, remember, useNames } from "./names.js";
import { language, t } from "./text.js";

// Several CPV codes, found by words or by going down the tree. one: a single code instead.
export function CpvField({ path, value, on, record, label, hint, needed, one }) {
  const codes = one ? [value].filter(Boolean) : (value ?? []);
  const name = useNames("cpv", codes);
  const search = async (q) => {
    const { items } = await get(at("/v1/cpv", { q, limit: 12 }));
    remember("cpv", items);
    return items.map((item) => ({ id: item.code, text: item[language.get()], hint: item.code }));
  };
  const pick = ({ id }) => on(one ? id : [...codes.filter((c) => c !== id), id]);
  const drop = (code) => on(one ? undefined : codes.filter((c) => c !== code));
  return html`<${Combo} path=${path} record=${record} label=${label} hint=${hint ?? t("cpv.hint")} needed=${needed} search=${search} pick=${pick}>
      <${Chips} items=${codes.map((c) => [c, cpvText(c, name(c))])} drop=${drop} />
    <//>
    <${CpvTree} chosen=${codes} pick=${(code) => (codes.includes(code) ? drop(code) : pick({ id: code }))} />`;
}

function CpvTree({ chosen, pick }) {
  const [open, setOpen] = useState(false);
  return html`<details class="field" open=${open} onToggle=${(e) => setOpen(e.target.open)}>
    <summary>${t("cpv.tree")}</summary>
    ${open && html`<${Branch} parent="" chosen=${chosen} pick=${pick} />`}
  </details>`;
}

function Branch({ parent, chosen, pick }) {
  const [items, setItems] = useState(null), [open, setOpen] = useState(null);
  useEffect(() => {
    get(`/v1/cpv?parent=${parent}`).then((list) => (remember("cpv", list.items), setItems(list.items)), () => setItems([]));
  }, [parent, language.get()]);
  if (!items) return html`<p class="soft">${t("waiting")}</p>`;
  return html`<ul class="tree">
    ${items.map((item) => html`<li key=${item.code}><div>
      <span>${item.children
        ? html`<button type="button" class="link" aria-expanded=${open === item.code ? "true" : "false"} onClick=${() => setOpen(open === item.code ? null : item.code)}><span aria-hidden="true">${open === item.code ? "▾" : "▸"}</span> ${item[language.get()]}</button>`
        : item[language.get()]} <small class="soft">${item.code}</small></span>
      <button type="button" class=${chosen.includes(item.code) ? "small main" : "small"} aria-pressed=${String(chosen.includes(item.code))} aria-label=${t("choose.what", { what: item[language.get()] })} onClick=${() => pick(item.code)}>${t(chosen.includes(item.code) ? "chosen" : "choose")}</button></div>
      ${open === item.code && html`<${Branch} parent=${item.code} chosen=${chosen} pick=${pick} />`}
    </li>`)}
  </ul>`;
}

// Several places (one: a single one), found by name, postal code or number.
export function PlaceField({ path, value, on, record, label, hint, needed, one, only }) {
  const codes = one ? [value].filter(Boolean) : (value ?? []);
  const name = useNames("places", codes);
  const search = async (q) => {
    const { items } = await get(at("/v1/places", { q, kind: only, limit: 12 }));
    remember("places", items);
    return items.map((item) => ({ id: item.code, text: item.name, hint: item.within }));
  };
  return html`<${Combo} path=${path} record=${record} label=${label} hint=${hint ?? t("place.hint")} needed=${needed} search=${search} pick=${({ id }) => on(one ? id : [...codes.filter((c) => c !== id), id])}>
    <${Chips} items=${codes.map((c) => [c, name(c)])} drop=${(c) => on(one ? undefined : codes.filter((k) => k !== c))} />
  <//>`;
}
