// SPDX-License-Identifier: EUPL-1.2
// Planning: what is possible, a run followed live, and the versions of the timetable that came of runs.
import { post, useGet } from "../shared/api.js";
import { Form, Numeric, Select, useRecord } from "../shared/form.js";
import { html, useState } from "../shared/html.js";
import { mayWrite } from "../shared/session.js";
import { t } from "../shared/text.js";
import { Empty, Read } from "../shared/ui.js";
import { Prospect, prospect } from "./advice.js";
import { Frame, isOurs } from "./frame.js";
import { Run } from "./plan-run.js";
import { Versions } from "./plan-versions.js";

const KEPT = 4000; // of progress that came by the stream
const ORDERS = ["fairness,gaps,change", "gaps,fairness,change", "fairness,change,gaps", "change,fairness,gaps", "gaps,change,fairness", "change,gaps,fairness"];
const SECONDS = 30;

export default function Plan({ id }) {
  const advice = useGet(`/v1/conventions/${id}/advice`), runs = useGet(`/v1/conventions/${id}/plans?limit=10`);
  const versions = useGet(`/v1/conventions/${id}/timetables`);
  const [progress, setProgress] = useState([]);
  const on = ({ kind, data }) => {
    if (kind === "progress") return setProgress((p) => [...p.slice(-KEPT), data]);
    if (["open", "plan"].includes(kind)) runs.reload();
    if (["open", "plan", "draft", "timetable"].includes(kind)) versions.reload();
    if (["participant", "participants", "request", "requests", "convention", "withdraw"].includes(kind)) advice.reload();
  };
  return html`<${Frame} id=${id} tab="plan" on=${on}>${(convention) => html`
    <div class="sides">
      <div>
        <${Runs} runs=${runs} progress=${progress} convention=${convention} versions=${versions.data?.items} />
        <${Versions} convention=${convention} versions=${versions} />
      </div>
      <aside><${Advice} from=${advice} /><${Begin} convention=${convention} done=${runs.reload} /></aside>
    </div>`}<//>`;
}

const running = (runs) => runs.data?.items.find((r) => r.state === "running");

// The run that is on, else the last one that was asked for.
function Runs({ runs, progress, convention, versions }) {
  return html`<section aria-labelledby="run"><h2 id="run">${t("plan.run")}</h2>
    <${Read} from=${runs}>${() => {
      const shown = running(runs) ?? runs.data.items.find((r) => r.kind === "plan");
      return shown
        ? html`<${Run} key=${shown.id} run=${shown} progress=${progress} convention=${convention} version=${versions?.find((v) => v.id === shown.timetable)} />`
        : html`<${Empty} title=${t("plan.none")}><p>${t(convention.mode === "organiser" ? "plan.none.why" : "plan.none.acceptance")}</p><//>`;
    }}<//>
  </section>`;
}

// Before a run: whether all can be placed, and what one would get without a solver.
function Advice({ from }) {
  return html`<section class="card" aria-labelledby="advice"><h2 id="advice">${t("plan.advice")}</h2>
    <${Read} from=${from}>${(a) => (a.meetings ? html`<${Advised} a=${a} />` : html`<p>${t("plan.advice.none")}</p>`)}<//>
  </section>`;
}

const Advised = ({ a }) => html`
  <${Prospect} of=${prospect(a)} />
  <p>${t("plan.advice.of", { n: a.meetings, people: a.people })}</p>
  <p>${t("plan.advice.today", { placed: a.today.placed, n: a.meetings, gaps: a.today.gaps })}</p>
  ${a.bounds?.gaps > 0 && html`<p class="soft">${t("plan.advice.bounds", { n: a.bounds.gaps })}</p>`}`;

const orderText = (order) => order.split(",").map((level) => t(`plan.order.${level}`)).join(t("plan.order.then"));

// What a run may be told: how long, and what counts most once all are placed.
function Begin({ convention, done }) {
  const [record, bind] = useRecord({ seconds: SECONDS, order: ORDERS[0] });
  if (!mayWrite() || !isOurs(convention) || convention.mode !== "organiser" || ["over", "cancelled"].includes(convention.state)) return null;
  const submit = async () => {
    await post(`/v1/conventions/${convention.id}/plans`, record);
    done();
  };
  return html`<section class="card" aria-labelledby="begin"><h2 id="begin">${t("plan.begin")}</h2>
    <${Form} submit=${submit}>
      <${Numeric} ...${bind("/seconds")} label=${t("plan.seconds")} hint=${t("plan.seconds.hint")} min=${1} max=${3600} needed />
      <${Select} ...${bind("/order")} label=${t("plan.order")} hint=${t("plan.order.hint")} options=${ORDERS.map((o) => [o, orderText(o)])} needed />
      <button class="main">${t("plan.start")}</button>
    <//>
  </section>`;
}
