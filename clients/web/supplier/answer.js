// SPDX-License-Identifier: EUPL-1.2
// Our answer to a need: interested, or declined with a reason and the change of the offer that would spare us such needs. The last
// word counts, and it can be taken back.
import { drop, get, post, useGet } from "../shared/api.js";
import { html, useRef, useState } from "../shared/html.js";
import { Area, Form, Radios, useRecord } from "../shared/form.js";
import { mayWrite, session } from "../shared/session.js";
import { instant, t, word } from "../shared/text.js";
import { Button, say } from "../shared/ui.js";
import { Proposal } from "./proposal.js";
import { replace } from "./stored.js";

const send = (need, answer, body) => (answer ? post(`/v1/needs/${need}/${answer}`, body) : drop(`/v1/needs/${need}/answer`));
const said = (match) => ({ message: match.message ?? "", ...(match.answer === "declined" ? { reason: match.reason } : {}) });

export function Answer({ match, open, changed, offerChanged }) {
  const [asked, ask] = useState(null); // "interested", "declined": its form is open
  const [proposal, propose] = useState(null);
  const { id } = match.need, latest = useRef();
  // What was answered before is what an undo answers again.
  const answer = async (what, body) => {
    const next = await send(id, what, body);
    const before = match;
    latest.current?.(); // its undo would answer for what is no longer the last word
    ask(null);
    propose(next.proposal ?? null);
    changed(next);
    latest.current = say(t(what ? `fit.said.${what}` : "fit.said.nothing"), { undo: async () => (propose(null), changed(await send(id, before.answer, before.answer && said(before)))) });
  };
  return html`<section class="card" aria-labelledby="answer"><h2 id="answer">${t("fit.answer")}</h2>
    ${match.answer && html`<${Given} match=${match} />`}
    ${!open ? html`<p>${t("fit.answer.over")}</p>` : !mayWrite() ? html`<p>${t("fit.answer.reader")}</p>`
      : asked === "interested" ? html`<${Interested} answer=${answer} cancel=${() => ask(null)} before=${match} />`
      : asked === "declined" ? html`<${Declined} answer=${answer} cancel=${() => ask(null)} before=${match} />`
      : html`${!match.answer && html`<p>${t("fit.answer.why")}</p>`}
        <div class="row">
          ${match.answer !== "interested" && html`<button type="button" class="main" onClick=${() => ask("interested")}>${t("fit.interested.button")}</button>`}
          ${match.answer !== "declined" && html`<button type="button" onClick=${() => ask("declined")}>${t("fit.declined.button")}</button>`}
          ${match.answer && html`<${Button} onClick=${() => answer(null)}>${t("fit.take.back")}<//>`}
        </div>`}
    ${proposal && html`<${Proposal} proposal=${proposal} close=${() => propose(null)} apply=${() => apply(proposal, () => (propose(null), offerChanged()))} />`}
  </section>`;
}

// Only while the offer is the one that the proposal was made of.
const apply = async (proposal, done) => replace({ ...(await get("/v1/offer")), version: proposal.version }, proposal.offer, t("fit.proposal.done"), done);

const Contact = ({ contact }) => html`<dl class="facts">
  ${contact.name && html`<dt>${t("fit.contact.name")}</dt><dd>${contact.name}</dd>`}
  ${contact.email && html`<dt>${t("fit.contact.email")}</dt><dd><a href=${`mailto:${contact.email}`}>${contact.email}</a></dd>`}
  ${contact.phone && html`<dt>${t("fit.contact.phone")}</dt><dd><a href=${`tel:${contact.phone}`}>${contact.phone}</a></dd>`}
</dl>`;

const Given = ({ match }) => html`<div class=${`note ${match.answer === "interested" ? "good" : ""}`}>
  <p><strong>${t(`fit.${match.answer}`)}</strong> <span class="soft">${instant(match.answered)}</span></p>
  ${match.reason && html`<p>${word("decline", match.reason)}</p>`}
  ${match.message && html`<p>« ${match.message} »</p>`}
  ${match.contact && html`<h3>${t("fit.contact")}</h3><${Contact} contact=${match.contact} />`}
  ${match.shared && html`<p class="soft">${t("fit.shared", { who: [match.shared.name, match.shared.email, match.shared.phone].filter(Boolean).join(", ") })}</p>`}
</div>`;

function Interested({ answer, cancel, before }) {
  const [record, bind] = useRecord(before.message ? { message: before.message } : {});
  const organisation = useGet("/v1/organisation"), contact = organisation.data?.contact;
  const who = [contact?.name, contact?.email, contact?.phone].filter(Boolean).join(", ") || session.get().person.email;
  return html`<${Form} submit=${() => answer("interested", record)} label=${t("fit.interested.button")}>
    <p>${t("fit.interested.shows", { name: session.get().organisation.name, who })}</p>
    <${Area} ...${bind("/message")} record="interest" label=${t("fit.message")} hint=${t("fit.message.hint")} />
    <div class="row"><button class="main">${t("fit.interested.send")}</button><button type="button" onClick=${cancel}>${t("cancel")}</button></div>
  <//>`;
}

function Declined({ answer, cancel, before }) {
  const [record, bind] = useRecord({ ...(before.reason ? { reason: before.reason } : {}) });
  return html`<${Form} submit=${() => answer("declined", record)} label=${t("fit.declined.button")}>
    <p>${t("fit.declined.shows")}</p>
    <${Radios} ...${bind("/reason")} record="refusal" list="decline" />
    <${Area} ...${bind("/message")} record="refusal" rows=${2} />
    <div class="row"><button class="main">${t("fit.declined.send")}</button><button type="button" onClick=${cancel}>${t("cancel")}</button></div>
  <//>`;
}
