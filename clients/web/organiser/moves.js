// SPDX-License-Identifier: EUPL-1.2
// The moves of a convention's state: what cannot be taken back is asked first, and says who is told.
import { post } from "../shared/api.js";
import { html } from "../shared/html.js";
import { t } from "../shared/text.js";
import { Asked, Button, say } from "../shared/ui.js";
import { isOpen } from "./frame.js";

export function Moves({ of, reload }) {
  const move = async (state, text, undo) => {
    await post(`/v1/conventions/${of.id}/state`, { state });
    reload();
    say(t(text), { undo: undo && (() => move(undo[0], undo[1])) });
  };
  const told = ["listed", "invited", "coming"].reduce((n, s) => n + (of.participants[s] ?? 0), 0);
  const cancel = () => move("cancelled", "conv.did.cancelled");
  const begun = Date.parse(of.starts) <= Date.now();
  return html`
    ${of.state === "draft" && html`<${Asked} class="main" text=${t("conv.do.open")} question=${t("conv.do.open.question")} act=${() => move("open", "conv.did.open")}>
      <p>${t(of.public ? "conv.do.open.public" : "conv.do.open.private")}</p>
      <p>${t("conv.do.open.why")}</p>
    <//>`}
    ${of.state === "open" && html`<${Button} onClick=${() => move("closed", "conv.did.closed", ["open", "conv.did.open"])}>${t("conv.do.close")}<//>`}
    ${of.state === "closed" && html`<${Button} onClick=${() => move("open", "conv.did.open", ["closed", "conv.did.closed"])}>${t("conv.do.reopen")}<//>`}
    ${begun && of.state !== "draft" && isOpen(of) && html`<${Asked} class="" text=${t("conv.do.over")} question=${t("conv.do.over.question")} act=${() => move("over", "conv.did.over")}>
      <p>${t("conv.do.over.why")}</p>
    <//>`}
    ${isOpen(of) && html`<${Asked} text=${t("conv.do.cancel")} question=${t("conv.do.cancel.question", { name: of.name })} yes=${t("conv.do.cancel.yes")} act=${cancel}>
      <p>${t("conv.do.cancel.told", { n: told })} ${of.meetings > 0 && t("conv.do.cancel.meetings", { n: of.meetings })}</p>
      <p>${t("conv.for_good")}</p>
    <//>`}`;
}
