// SPDX-License-Identifier: EUPL-1.2
// What stands around every page of a convention: its name and state, the tabs, and what happens there, live.
import { useGet } from "../shared/api.js";
import { html, useCallback, useEffect, useRef } from "../shared/html.js";
import { useStream } from "../shared/stream.js";
import { t, word } from "../shared/text.js";
import { Page, Read, Tabs, Tag } from "../shared/ui.js";

// [folder of the address, text]
const tabs = [
  ["", "conv.tab"],
  ["/settings", "conv.tab.settings"],
  ["/people", "conv.tab.people"],
  ["/requests", "conv.tab.requests"],
  ["/plan", "conv.tab.plan"],
  ["/grid", "conv.tab.grid"],
  ["/day", "conv.tab.day"],
  ["/print", "conv.tab.print"],
  ["/outcomes", "conv.tab.outcomes"],
];
const KINDS = { draft: "warn", open: "good", closed: "brand", cancelled: "bad" };
const TOGETHER = 250; // ms: what happens within is read at once

export const State = ({ of }) => html`<${Tag} kind=${KINDS[of.state]}>${word("convention_state", of.state)}<//>`;
// Its organiser sees all of it, others what is public.
export const isOurs = (convention) => convention.version !== undefined;
// What may still be changed.
export const isOpen = (convention) => ["draft", "open", "closed"].includes(convention.state);

// fn, called once for all calls within a moment.
export function useSoon(fn, ms = TOGETHER) {
  const wait = useRef(), latest = useRef(fn);
  latest.current = fn;
  useEffect(() => () => clearTimeout(wait.current), []);
  return useCallback(() => {
    clearTimeout(wait.current);
    wait.current = setTimeout(() => latest.current(), ms);
  }, [ms]);
}

let last = null; // the convention that was shown last: another of its pages begins with it

// A page of the convention id. tab: its folder in the address ("people"), "" for the overview. title: instead of the tab's.
// on({kind, data}): events of its stream, also "open" when it is connected (again). actions(convention, reload): beside the heading.
// children(convention, reload): what stands under the tabs.
export function Frame({ id, tab = "", title, actions, on, children }) {
  const from = useGet(`/v1/conventions/${id}`), readAgain = useSoon(from.reload);
  if (from.data) last = from.data;
  const convention = from.data ?? (last?.id === id ? last : undefined);
  useStream(convention && isOurs(convention) ? `/v1/conventions/${id}/events` : null, (event) => {
    on?.(event);
    if (event.kind !== "progress") readAgain();
  });
  const what = title ?? t(tab ? `conv.tab.${tab}` : "conv.tab");
  return html`<${Page} title=${!convention ? what : tab ? `${convention.name} · ${what}` : convention.name} actions=${convention && actions?.(convention, from.reload)}>
    <${Read} from=${from.problem ? from : { data: convention }}>${() => html`
      <p class="row"><a href="/app/conventions">${t("conv.all")}</a> <${State} of=${convention} /></p>
      ${isOurs(convention) && html`<${Tabs} label=${t("conv.tabs")} items=${tabs.map(([folder, text]) => [`/app/conventions/${id}${folder}`, t(text)])} />`}
      ${children(convention, from.reload)}`}<//>
  <//>`;
}
