// SPDX-License-Identifier: EUPL-1.2
// What a moderator can say, each with its question; done: what follows, whatever came of it.
import { post } from "../shared/api.js";
import { html } from "../shared/html.js";
import { Area, AskedForm } from "../shared/form.js";
import { t } from "../shared/text.js";
import { say } from "../shared/ui.js";

// record: of whose field the reason is ("verdict", "suspension", ...), as protocol/records.def has it.
export function Decision({ path, body, record, text, question, why, said, needed, done, ...rest }) {
  const act = async (reason) => {
    try {
      await post(path, { ...body, ...reason });
      say(said);
    } catch (problem) {
      if (![404, 409, 412].includes(problem.status)) throw problem;
      say(t("moderation.overtaken"), { bad: true }); // somebody else has decided, or it has changed
    }
    done();
  };
  return html`<${AskedForm} text=${text} question=${question} act=${act} ...${rest}>${(bind) => html`
    ${why && html`<p>${why}</p>`}
    <${Area} ...${bind("/reason")} record=${record} rows="3" needed=${needed} />`}<//>`;
}

export const Suspension = ({ o, done, class: kind = "small", ...rest }) => o.suspended
  ? html`<${Decision} ...${rest} class=${kind} path=${`/v1/moderation/organisations/${o.id}`} body=${{ suspended: false }} record="suspension" needed done=${done}
      text=${t("moderation.restore")} question=${t("moderation.restore.ask", { name: o.name })} said=${t("moderation.restored", { name: o.name })} why=${t("moderation.restore.why")} />`
  : html`<${Decision} ...${rest} class=${`${kind} bad`} path=${`/v1/moderation/organisations/${o.id}`} body=${{ suspended: true }} record="suspension" needed done=${done}
      text=${t("moderation.suspend")} question=${t("moderation.suspend.ask", { name: o.name })} said=${t("moderation.suspended", { name: o.name })} why=${t("moderation.suspend.why")} />`;
