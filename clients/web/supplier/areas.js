// SPDX-License-Identifier: EUPL-1.2
// Where one works: départements on a map or in the list beside it, whole régions, other places by name, all of France.
import { html, useMemo } from "../shared/html.js";
import { PlaceField } from "../shared/codes.js";
import { Grouped, useField } from "../shared/form.js";
import { FranceMap } from "../shared/map.js";
import { language, t } from "../shared/text.js";
import { departements, regions } from "../vendor/france.js";

const inRegion = new Map(regions.map(([code]) => [code, departements.filter(([, , region]) => region === code).map(([dep]) => dep)]));
const everywhere = departements.map(([code]) => code);
const isWide = (place) => /^(departement|region):/.test(place);

// Départements that the places cover.
function covered(places) {
  return new Set(places.flatMap((place) => {
    const [kind, code] = place.split(":");
    return place === "FR" ? everywhere : kind === "region" ? (inRegion.get(code) ?? []) : kind === "departement" ? [code] : [];
  }));
}

// Départements in as few places as say them: whole régions by their name.
function spell(chosen) {
  return [...inRegion].flatMap(([region, all]) => {
    const some = all.filter((code) => chosen.has(code));
    return some.length === all.length && all.length > 1 ? [`region:${region}`] : some.map((code) => `departement:${code}`);
  });
}

export function AreaField({ path, value = [], on, record, hint }) {
  const f = useField({ path, record, hint, needed: true });
  const chosen = useMemo(() => covered(value), [value]);
  const others = value.filter((place) => place !== "FR" && !isWide(place));
  const choose = (codes, yes) => {
    const next = new Set(chosen);
    for (const code of codes) yes ? next.add(code) : next.delete(code);
    on([...spell(next), ...others]);
  };
  return html`<${Grouped} f=${f}>
    <div><label class="check"><input type="checkbox" checked=${value.includes("FR")} onChange=${(e) => on(e.target.checked ? ["FR", ...others] : others)} /> <span>${t("area.all")}</span></label></div>
    <p class="soft" role="status">${t("area.count", { n: chosen.size })}</p>
    <div class="mapped">
      <${FranceMap} chosen=${chosen} toggle=${(code) => choose([code], !chosen.has(code))} />
      <div class="regions">${sorted().filter((region) => !isAlone(region)).map((region) => html`<${Region} key=${region[0]} region=${region} chosen=${chosen} choose=${choose} />`)}
        <${Overseas} regions=${sorted().filter(isAlone)} chosen=${chosen} choose=${choose} /></div>
    </div>
  <//>
  <${PlaceField} path=${`${path}-others`} label=${t("area.others")} hint=${t("area.others.hint")} value=${others}
    on=${(places) => on([...value.filter((place) => !others.includes(place)), ...(places ?? [])])} />`;
}

const nameOf = (region) => region[language.get() === "fr" ? 1 : 2];
const sorted = () => [...regions].sort((a, b) => nameOf(a).localeCompare(nameOf(b), language.get()));

const isAlone = ([code]) => inRegion.get(code).length === 1; // those overseas

const Some = ({ some, all }) => some.length > 0 && html` <span class="tag brand">${some.length === all.length ? t("area.whole") : t("area.some", { n: some.length })}</span>`;
const Box = ({ codes, text, checked, choose }) => html`<label class="check"><input type="checkbox" checked=${checked} onChange=${(e) => choose(codes, e.target.checked)} /> <span>${text}</span></label>`;

function Region({ region, chosen, choose }) {
  const all = inRegion.get(region[0]), some = all.filter((code) => chosen.has(code));
  return html`<details>
    <summary>${nameOf(region)}<${Some} some=${some} all=${all} /></summary>
    <${Box} codes=${all} text=${t("area.region", { name: nameOf(region) })} checked=${some.length === all.length} choose=${choose} />
    ${departements.filter(([, , code]) => code === region[0]).map(([code, name]) => html`<${Box} codes=${[code]} text=${`${name} (${code})`} checked=${chosen.has(code)} choose=${choose} />`)}
  </details>`;
}

function Overseas({ regions, chosen, choose }) {
  const all = regions.flatMap(([code]) => inRegion.get(code)), some = all.filter((code) => chosen.has(code));
  return html`<details>
    <summary>${t("area.overseas")}<${Some} some=${some} all=${all} /></summary>
    ${regions.map((region) => html`<${Box} codes=${inRegion.get(region[0])} text=${nameOf(region)} checked=${chosen.has(inRegion.get(region[0])[0])} choose=${choose} />`)}
  </details>`;
}
