// SPDX-License-Identifier: EUPL-1.2
// The settings in force: read here, changed on the machine.
import { useGet } from "../shared/api.js";
import { html, useState } from "../shared/html.js";
import { Text, Toggle } from "../shared/form.js";
import { language, t } from "../shared/text.js";
import { Read, Tag } from "../shared/ui.js";
import { ModerationPage, allowed } from "./pages.js";

export default function Settings() {
  const settings = useGet(allowed("/v1/moderation/settings"));
  const [changed, setChanged] = useState(false), [words, setWords] = useState("");
  const shown = (s) => (!changed || s.given !== "default") && `${s.name} ${s[language.get()]}`.toLowerCase().includes(words.trim().toLowerCase());
  return html`<${ModerationPage} title=${t("moderation.settings.title")} lead=${t("moderation.settings.why")}>
    <${Text} path="/words" value=${words} on=${setWords} label=${t("settings.find")} type="search" needed />
    <${Toggle} path="/changed" value=${changed} on=${setChanged} label=${t("settings.changed")} />
    <${Read} from=${settings}>${({ items }) => {
      const found = items.filter(shown);
      return html`<p role="status">${t("settings.found", { n: found.length })}</p>${found.length > 0 && html`<${Table} items=${found} />`}`;
    }}<//>
  <//>`;
}

// Of numbers; what a text holds, its meaning says.
const unit = (s) => s.most !== undefined && s.unit && html`<small>${t(`unit.${s.unit}`)}</small>`;
const empty = (text) => (text === "" ? t("settings.empty") : text);
const value = (s) => (s.secret ? t(s.value === null ? "settings.secret" : "settings.unset") : empty(s.value));

const Table = ({ items }) => html`<div class="scroll" tabindex="0" role="region" aria-label=${t("moderation.settings")}><table>
  <caption class="hidden">${t("moderation.settings")}</caption>
  <thead><tr><th scope="col">${t("settings.name")}</th><th scope="col">${t("settings.value")}</th><th scope="col">${t("settings.default")}</th><th scope="col">${t("settings.when")}</th></tr></thead>
  <tbody>${items.map((s) => html`<tr key=${s.name}>
    <th scope="row"><code>${s.name}</code><br /><small>${s[language.get()]}</small></th>
    <td>${value(s)} ${unit(s)} ${s.given !== "default" && html`<${Tag} kind="brand">${t(`settings.given.${s.given}`)}<//>`}</td>
    <td>${s.secret ? "–" : empty(s.default)}</td>
    <td>${t(s.live ? "settings.live" : "settings.start")}</td>
  </tr>`)}</tbody>
</table></div>`;
