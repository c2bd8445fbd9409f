// SPDX-License-Identifier: EUPL-1.2
// The whole offer, to be changed: what we can do, one capability after the other, and what holds for all of them.
import { get } from "../shared/api.js";
import { html, useEffect, useLayoutEffect, useState } from "../shared/html.js";
import { PlaceField } from "../shared/codes.js";
import { Area, Day, Form, Strings, Toggle, useRecord, useWrong } from "../shared/form.js";
import { forget, keep, kept } from "../shared/kept.js";
import { session } from "../shared/session.js";
import { t } from "../shared/text.js";
import { Button, Page, say, useUnsaved } from "../shared/ui.js";
import { CapabilityFacts, useTitles } from "./capability.js";
import { CapabilityFields } from "./capabilityfields.js";
import { Privacy } from "../shared/privacy.js";
import { Standing } from "./standing.js";
import { Fitting, replace, written } from "./stored.js";

const KEPT = "offer change";

// What was changed earlier and not stored, of the offer as it still is; null when there is nothing.
function changesOf(who, offer) {
  const found = kept(who, KEPT)?.value;
  return found?.version === offer.version ? found.record : null;
}

export function Editor({ offer, changed, made, query }) {
  const [who] = useState(session.get()), [begun, setBegun] = useState(() => changesOf(who, offer));
  const [record, bind, set] = useRecord(begun ?? written(offer));
  const [open, setOpen] = useState(query.has("capability") ? Number(query.get("capability")) - 1 : -1);
  const [outdated, setOutdated] = useState(false);
  const unsaved = JSON.stringify(record) !== JSON.stringify(written(offer));
  useUnsaved(unsaved);
  useLayoutEffect(() => {
    unsaved ? keep(who, KEPT, { version: offer.version, record }) : forget(who, KEPT);
  }, [record, offer.version]);
  const take = (stored) => (set(written(stored)), changed(stored), setOutdated(false), setBegun(null));
  const add = (cpv) => {
    set((r) => ({ ...r, capabilities: [...(r.capabilities ?? []), { ...(cpv ? { cpv } : {}), areas: r.capabilities?.at(-1)?.areas, radius: r.capabilities?.at(-1)?.radius }] }));
    setOpen(record.capabilities?.length ?? 0);
  };
  useEffect(() => {
    if (query.get("add")) add(query.get("add"));
  }, []);
  const submit = async () => {
    try {
      await replace(offer, record, t("saved"), take);
      setOpen(-1);
    } catch (problem) {
      setOutdated(problem.status === 412);
      const at = problem.errors?.[0]?.pointer.match(/^\/capabilities\/(\d+)/);
      if (at) setOpen(Number(at[1]));
      throw problem;
    }
  };
  return html`<${Page} title=${t("offer.title")} lead=${t("offer.lead")}>
    ${made && html`<div class="note good" role="status"><p>${t("offer.made")}</p></div>`}
    <${Fitting} version=${offer.version} />
    <${Standing} offer=${offer} />
    ${begun && html`<div class="note"><p role="status">${t("offer.begun.change")}</p><p><button type="button" class="small" onClick=${() => (set(written(offer)), setBegun(null))}>${t("offer.begun.drop")}</button></p></div>`}
    <${Form} wide submit=${submit}>
      ${outdated && html`<p><${Button} onClick=${async () => take(await get("/v1/offer"))}>${t("offer.outdated")}<//></p>`}
      <h2>${t("offer.capabilities")}</h2>
      <${Capabilities} record=${record} bind=${bind} set=${set} open=${open} setOpen=${setOpen} />
      <p><button type="button" onClick=${() => add()}>${t("offer.capability.add")}</button></p>
      <h2>${t("offer.all")}</h2>
      <${Common} bind=${bind} />
      <${Privacy} of="privacy.offer" />
      <div class="row"><button class="main">${t("save")}</button>${unsaved && html`<span class="tag warn">${t("offer.unsaved")}</span>`}</div>
    <//>
  <//>`;
}

function Capabilities({ record, bind, set, open, setOpen }) {
  const { capabilities = [] } = record;
  const title = useTitles(capabilities);
  const remove = (i) => {
    set((r) => ({ ...r, capabilities: r.capabilities.filter((_, k) => k !== i) }));
    setOpen(-1);
    say(t("offer.capability.gone", { name: title(capabilities[i]) }), { undo: () => set((r) => ({ ...r, capabilities: r.capabilities.toSpliced(i, 0, capabilities[i]) })) });
  };
  return capabilities.map((one, i) => html`<${Capability} key=${i} one=${one} i=${i} title=${title(one)} seat=${record.seat} bind=${bind} open=${open === i} toggle=${() => setOpen(open === i ? -1 : i)}
    remove=${capabilities.length > 1 && (() => remove(i))} />`);
}

function Capability({ one, i, title, seat, bind, open, toggle, remove }) {
  const at = `/capabilities/${i}`, wrong = useWrong(at);
  return html`<section class="card" id=${`capability-${i + 1}`}>
    <div class="row spread"><h3>${i + 1}. ${title}</h3>
      <div class="row">
        <button type="button" class="small" aria-expanded=${open ? "true" : "false"} aria-label=${t(open ? "offer.capability.close.what" : "offer.capability.edit.what", { name: title })} onClick=${toggle}>${t(open ? "offer.capability.close" : "offer.capability.edit")}</button>
        ${remove && html`<button type="button" class="small bad" aria-label=${t("remove", { what: title })} onClick=${remove}>${t("offer.capability.remove")}</button>`}
      </div>
    </div>
    ${open ? html`<${CapabilityFields} bind=${bind} at=${at} />` : html`<${CapabilityFacts} one=${one} seat=${seat} />${wrong.length > 0 && html`<p class="wrong">${wrong.join(" ")}</p>`}`}
  </section>`;
}

// Coordinates that were given stand for the former seat.
const Common = ({ bind }) => html`<div class="card">
  <${Toggle} ...${bind("/active")} record="offer" hint=${t("offer.active.hint")} />
  <${Day} ...${bind("/full_until")} record="offer" hint=${t("offer.full.hint")} />
  <${PlaceField} ...${bind("/seat")} on=${(seat) => (bind("/point").on(undefined), bind("/seat").on(seat))} record="offer" one only="commune" hint=${t("offer.seat.hint")} />
  <${Area} ...${bind("/description")} record="offer" hint=${t("offer.description.hint")} />
  <${Strings} ...${bind("/labels")} record="offer" hint=${t("offer.labels.hint")} />
  <${Strings} ...${bind("/criteria")} record="offer" hint=${t("offer.criteria.hint")} />
  <${Strings} ...${bind("/blocked")} record="offer" hint=${t("offer.blocked.hint")} />
</div>`;
