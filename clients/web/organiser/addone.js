// SPDX-License-Identifier: EUPL-1.2
// One participant more, by hand.
import { at, call } from "../shared/api.js";
import { html, useRef, useState } from "../shared/html.js";
import { Form, Text, Toggle, useRecord } from "../shared/form.js";
import { Privacy } from "../shared/privacy.js";
import { t } from "../shared/text.js";
import { say } from "../shared/ui.js";
import { refused } from "./becoming.js";
import { Rules, Who } from "./personfields.js";

const EMPTY = { language: "fr" };

export function AddOne({ of, done }) {
  const [record, bind, set] = useRecord(EMPTY);
  const [invite, setInvite] = useState(of.state !== "draft");
  const form = useRef();
  const submit = async () => {
    const { data, status } = await call("POST", at(`/v1/conventions/${of.id}/participants`, { invite: invite ? 1 : "" }), { body: record }).catch(refused("conv.add.state"));
    say(t(status === 200 ? "conv.add.known" : invite ? "conv.add.invited" : "conv.add.listed", { name: data.name }));
    set({ ...EMPTY, company: record.company, side: record.side, language: record.language });
    form.current.querySelector("input").focus();
    done();
  };
  return html`<div ref=${form}><${Form} submit=${submit} label=${t("conv.add.one")}>
    <div class="columns">
      <${Text} ...${bind("/name")} record="participant" autocomplete="off" />
      <${Text} ...${bind("/email")} record="participant" type="email" autocomplete="off" />
    </div>
    <${Who} bind=${bind} record="participant" />
    <${Toggle} path="/invite" value=${invite} on=${setInvite} label=${t("conv.add.invite")} hint=${t("conv.add.invite.hint")} />
    <details class="field"><summary>${t("conv.person.rules")}</summary><${Rules} bind=${bind} record="participant" of=${of} /></details>
    <${Privacy} of="conv.privacy" />
    <button class="main">${t("add")}</button>
  <//></div>`;
}
