// SPDX-License-Identifier: EUPL-1.2
// What becomes of a participant: invited, withdrawn, erased. What cannot be taken back is asked first, and says who is told.
import { Problem, drop, post } from "../shared/api.js";
import { html } from "../shared/html.js";
import { navigate } from "../shared/router.js";
import { t } from "../shared/text.js";
import { Asked, Button, say } from "../shared/ui.js";
import { isGone } from "./said.js";

// A state forbids it: said by the act, since the state alone explains nothing.
export const refused = (text) => (problem) => {
  throw problem.code === "state" ? new Problem(409, { code: "state", detail: t(text) }) : problem;
};

export function Becoming({ of, p, reload }) {
  const invite = async () => {
    await post(`/v1/participants/${p.id}/invite`).catch(refused("conv.invite.late"));
    reload();
    say(t("conv.invite.done", { name: p.name }));
  };
  const comeBack = async () => {
    await post(`/v1/participants/${p.id}/return`);
    reload();
  };
  const withdraw = async () => {
    await post(`/v1/participants/${p.id}/withdraw`);
    reload();
    say(t("conv.withdraw.done", { name: p.name }), { undo: comeBack });
  };
  const erase = async () => {
    await drop(`/v1/participants/${p.id}`);
    navigate(`/app/conventions/${of.id}/people`);
    say(t("conv.erase.done"));
  };
  return html`<div class="row">
    ${p.state === "listed" && html`<${Asked} class="" text=${t("conv.invite")} question=${t("conv.invite.question", { name: p.name })} act=${invite}><p>${t("conv.invite.why")}</p><//>`}
    ${["invited", "declined"].includes(p.state) && html`<${Button} onClick=${invite}>${t("conv.invite.again")}<//>`}
    ${of.state !== "draft" && !isGone(p) && html`<${Asked} text=${t("conv.withdraw")} question=${t("conv.withdraw.question", { name: p.name })} act=${withdraw}>
      <p>${p.meetings ? t("conv.withdraw.why", { n: p.meetings }) : t("conv.withdraw.none")}</p><//>`}
    ${isGone(p) && p.name !== "…" && html`<${Button} onClick=${async () => (await comeBack(), say(t("conv.return.done", { name: p.name })))}>${t("conv.return")}<//>`}
    ${p.name !== "…" && html`<${Asked} text=${t("conv.erase")} question=${t("conv.erase.question", { name: p.name })} act=${erase}>
      <p>${t("conv.erase.why")}</p><p>${t("conv.for_good")}</p><//>`}
  </div>`;
}
