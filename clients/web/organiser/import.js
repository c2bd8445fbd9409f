// SPDX-License-Identifier: EUPL-1.2
// People out of a table: which column is what, and what became of each line.
import { at, getAll, post } from "../shared/api.js";
import { html, useState } from "../shared/html.js";
import { Area, Form, Toggle } from "../shared/form.js";
import { Privacy } from "../shared/privacy.js";
import { field, t, words } from "../shared/text.js";
import { Tag, saveFile } from "../shared/ui.js";
import { freeNumber } from "./bonds.js";
import { slotsOf } from "./importslots.js";
import { decode, isWorkbook, read, write } from "./sheet.js";

// What a column may be, and how its heading is written besides. "name" and "email" are needed.
const COLUMNS = {
  given: ["prenom", "firstname"], // put before the name
  name: ["nom", "nomprenom", "prenomnom", "personne", "contact", "participant"],
  email: ["courriel", "mail", "mel", "adresseelectronique", "adressemail", "emailaddress"],
  company: ["organisation", "structure", "entreprise", "societe", "organization", "raisonsociale"],
  side: ["cote", "role", "type"],
  language: ["langue", "lang"],
  most: ["rendezvousauplus", "plafond", "maximum", "max", "cap"],
  rest: ["pause", "repos"],
  table: ["stand", "booth"],
  bound: ["liaison", "bond"],
  absent: ["absence", "absences", "creneauxabsents"],
  wishes: ["souhaits", "souhait", "voeux"],
};
const plain = (heading) => heading.normalize("NFD").toLowerCase().replace(/[^a-z]/g, "");
const meant = (heading) => Object.keys(COLUMNS).find((column) => plain(heading) === column || COLUMNS[column].includes(plain(heading))) ?? "";
const SENT = Object.keys(COLUMNS).filter((column) => column !== "given");
const nameOf = (column) => (["given", "wishes", "bound"].includes(column) ? t(`conv.csv.${column}`) : field("participant", column).text);

export function Import({ of, done }) {
  const [sheet, setSheet] = useState(null), [results, setResults] = useState(null), [pasted, setPasted] = useState("");
  const choose = async (e) => {
    const file = e.target.files[0];
    if (!file) return;
    const bytes = await file.arrayBuffer();
    setPasted("");
    if (isWorkbook(bytes)) setResults(null), setSheet({ workbook: true });
    else take(decode(bytes));
  };
  const paste = (text) => (setPasted(text), text.trim() ? take(text) : setSheet(null));
  const take = (text) => {
    const [head, ...rows] = read(text.replace(/^\ufeff/, ""));
    const seen = new Set(), columns = (head?.cells ?? []).map(meant).map((c) => (seen.has(c) ? "" : (seen.add(c), c)));
    setResults(null);
    setSheet({ head: head?.cells ?? [], rows, columns });
  };
  return html`
    <p>${t("conv.csv.why")} <button type="button" class="link" onClick=${template}>${t("conv.csv.template")}</button></p>
    <${Legend} />
    <${Privacy} of="conv.privacy" />
    <div class="field"><label for="csv">${t("conv.csv.file")}</label><input id="csv" type="file" accept=".csv,.txt,text/csv,.xlsx,.xls,.ods" onChange=${choose} /></div>
    <${Area} path="/pasted" value=${pasted} on=${paste} label=${t("conv.csv.paste")} hint=${t("conv.csv.paste.hint")} rows=${3} />
    ${sheet?.workbook && html`<p class="note warn" role="alert">${t("conv.csv.workbook")}</p>`}
    ${sheet && !sheet.workbook && !results && html`<${Mapping} of=${of} sheet=${sheet} set=${setSheet} done=${(list) => (setResults(list), done())} />`}
    ${results && html`<${Results} of=${of} sheet=${sheet} results=${results} />`}`;
}

// With a byte order mark, for spreadsheets that take it for another encoding otherwise.
const template = () => saveFile("participants.csv", "text/csv", `\ufeff${write([SENT])}`);

const hint = (column) => t(`conv.csv.${column}.hint`, { sides: words("side").map(([, text]) => text).join(", ") });
const Legend = () => html`<details class="field"><summary>${t("conv.csv.columns")}</summary>
  <dl class="facts">${SENT.map((column) => html`<dt><code>${column}</code></dt><dd>${nameOf(column)}${t("colon")}${hint(column)}</dd>`)}</dl>
</details>`;

// People who are not to meet others at the same time share a number: any word in the table stands for one that nobody has.
function numbered(words, first) {
  const numbers = new Map();
  for (const word of words) if (word && !/^\d+$/.test(word) && !numbers.has(word)) numbers.set(word, String(first + numbers.size));
  return (word) => numbers.get(word) ?? word;
}

// The rows that are sent, headings first. free: a number from which on nobody has any.
function asSent({ head, rows, columns }, of, free) {
  const bound = columns.indexOf("bound"), bonds = rows.map(({ cells }) => cells[bound] ?? "");
  const number = numbered(bonds, Math.max(free, ...bonds.filter((w) => /^\d+$/.test(w)).map((w) => Number(w) + 1)));
  const meant = { bound: number, absent: (cell) => slotsOf(cell, of) };
  const taken = SENT.filter((column) => columns.includes(column)), given = columns.indexOf("given");
  const cell = (cells, column) => {
    const text = [column === "name" && cells[given], cells[columns.indexOf(column)]].filter(Boolean).join(" ");
    return meant[column]?.(text) ?? text;
  };
  const beyond = (cells) => cells.slice(head.length).filter(Boolean); // the service says that there are too many
  return [taken, ...rows.map(({ cells }) => [...taken.map((column) => cell(cells, column)), ...beyond(cells)])];
}

// Which column is what: guessed by its heading.
function Mapping({ of, sheet, set, done }) {
  const [invite, setInvite] = useState(of.state !== "draft");
  const choose = (i, column) => set({ ...sheet, columns: sheet.columns.map((c, k) => (k === i ? column : c === column ? "" : c)) });
  const missing = ["name", "email"].filter((column) => !sheet.columns.includes(column));
  const submit = async () => {
    const free = sheet.columns.includes("bound") ? freeNumber(await getAll(`/v1/conventions/${of.id}/participants`)) : 1;
    const text = await post(at(`/v1/conventions/${of.id}/import`, { invite: invite ? 1 : "" }), write(asSent(sheet, of, free)), { type: "text/csv" });
    done(text.trim().split("\n").filter(Boolean).map(JSON.parse));
  };
  if (!sheet.rows.length) return html`<p class="note warn" role="alert">${t("conv.csv.empty")}</p>`;
  return html`<${Form} submit=${submit} label=${t("conv.csv.mapping")} wide>
    <table>
      <caption>${t("conv.csv.mapping")}</caption>
      <thead><tr><th scope="col">${t("conv.csv.heading")}</th><th scope="col">${t("conv.csv.example")}</th><th scope="col">${t("conv.csv.meaning")}</th></tr></thead>
      <tbody>${sheet.head.map((heading, i) => html`<tr key=${i}>
        <th scope="row">${heading || i + 1}</th><td>${sheet.rows[0].cells[i] ?? ""}</td>
        <td><select aria-label=${t("conv.csv.meaning.of", { heading: heading || i + 1 })} onChange=${(e) => choose(i, e.target.value)}>
          <option value="" selected=${!sheet.columns[i]}>${t("conv.csv.none")}</option>
          ${Object.keys(COLUMNS).map((column) => html`<option value=${column} selected=${column === sheet.columns[i]}>${nameOf(column)}</option>`)}
        </select></td>
      </tr>`)}</tbody>
    </table>
    <${Toggle} path="/invite" value=${invite} on=${setInvite} label=${t("conv.csv.invite")} hint=${t("conv.add.invite.hint")} />
    ${missing.length > 0 && html`<p class="note warn" role="status">${t("conv.csv.missing", { columns: missing.map(nameOf).join(", ") })}</p>`}
    <button class="main" disabled=${missing.length > 0}>${t("conv.csv.send", { n: sheet.rows.length })}</button>
  <//>`;
}

// ---- What became of each line

const KINDS = { taken: "good", known: "brand", repaired: "warn", refused: "bad" };
const statusOf = (r) => (r.status === "taken" && !r.new ? "known" : r.status);
// "/absent/1" -> the column's name
const about = (fault) => {
  const column = fault.pointer.split("/")[1];
  return column && column in COLUMNS ? `${nameOf(column)}${t("colon")}` : "";
};

function Results({ of, sheet, results }) {
  const counts = Object.keys(KINDS).map((status) => [status, results.filter((r) => statusOf(r) === status).length]).filter(([, n]) => n);
  const rowOf = (r) => sheet.rows[r.line - 2]; // the heading is line 1 of what was sent
  const told = results.filter((r) => r.warnings.length || r.errors.length);
  // The service has read numbers in the place of these words.
  const said = (f, r) => (f.pointer.startsWith("/absent") ? t("conv.csv.absent.wrong", { words: rowOf(r)?.cells[sheet.columns.indexOf("absent")] ?? "" }) : f.detail);
  const refused = results.filter((r) => r.status === "refused");
  const keep = () => saveFile("refuses.csv", "text/csv", `\ufeff${write([sheet.head, ...refused.map((r) => rowOf(r).cells)])}`);
  return html`<div role="status"><p class="row">${counts.map(([status, n]) => html`<${Tag} kind=${KINDS[status]}>${t(`conv.csv.${status}`, { n })}<//>`)}</p></div>
    ${told.length > 0 && html`<table>
      <caption>${t("conv.csv.told")}</caption>
      <thead><tr><th scope="col">${t("conv.csv.line")}</th><th scope="col">${t("conv.csv.what")}</th></tr></thead>
      <tbody>${told.map((r) => html`<tr key=${r.line}>
        <th scope="row">${rowOf(r)?.line ?? r.line}<br /><${Tag} kind=${KINDS[r.status]}>${t(`conv.csv.${r.status}.one`)}<//></th>
        <td>${rowOf(r)?.cells.filter(Boolean).slice(0, 2).join(", ")}<ul class="plain">${[...r.errors, ...r.warnings].map((f) => html`<li>${about(f)}${said(f, r)}</li>`)}</ul></td>
      </tr>`)}</tbody>
    </table>`}
    ${refused.length > 0 && html`<p><button type="button" onClick=${keep}>${t("conv.csv.keep")}</button></p>`}
    <p><a href=${`/app/conventions/${of.id}/people`}>${t("conv.people.back")}</a></p>`;
}
