// SPDX-License-Identifier: EUPL-1.2
// Posting a need, or amending it, in steps: a draft is saved at each of them; what suppliers were told of is changed once, at the end.
import { call, get, post, useGet } from "../shared/api.js";
import { html, useEffect, useLayoutEffect, useRef, useState } from "../shared/html.js";
import { Form, useRecord } from "../shared/form.js";
import { navigate } from "../shared/router.js";
import { is, mayWrite, session } from "../shared/session.js";
import { field, t, time } from "../shared/text.js";
import { Page, Read, say, useUnsaved } from "../shared/ui.js";
import { Amendment } from "./amendment.js";
import { forget, keep, kept } from "../shared/kept.js";
import { Contents } from "../shared/need.js";
import { Privacy } from "../shared/privacy.js";
import { Reach, ReachBar, useReach } from "./reach.js";
import { Criteria, Lots, Place, Subject } from "./steps.js";

const STEPS = { object: Subject, lots: Lots, place: Place, criteria: Criteria, check: Check };
const ORDER = Object.keys(STEPS);
const OPEN = ["draft", "pending", "published", "amended"]; // states in which it may be changed
const TOLD = ["published", "amended"]; // in which suppliers know of it
const SERVER = ["id", "state", "version", "buyer", "created", "updated", "warnings"];

// What its buyer has written of it, with a lot to begin with.
function written(need = {}) {
  const record = Object.fromEntries(Object.entries(need).filter(([name]) => !SERVER.includes(name)));
  return record.lots?.length ? record : { ...record, lots: [{ number: 1 }] };
}

// A need once more: the words of an earlier one, without what was true of that one only.
const again = ({ deadline, start, reference, ...need }) => need;

// What is wrong already, before anything is sent.
function wrongSoFar(record) {
  const inverted = ({ value }) => value?.min > value?.max;
  return [
    ...(Date.parse(record.deadline) < Date.now() ? [{ pointer: "/deadline", detail: t("post.deadline.past") }] : []),
    ...record.lots.flatMap((lot, i) => (inverted(lot) ? [{ pointer: `/lots/${i}/value`, detail: t("post.value.inverted") }] : [])),
  ];
}

// The pointers of what must be there before it is published.
const missing = (record) => [
  ...["title", "kind"].filter((name) => !record[name]).map((name) => `/${name}`),
  ...record.lots.flatMap((lot, i) => (lot.cpv ? [] : [`/lots/${i}/cpv`])),
  ...(record.places || record.lots.every((lot) => lot.places) ? [] : ["/places"]),
];

// The step that has the field of a pointer.
function stepOf(pointer) {
  const name = pointer.split("/").findLast((part) => part && !/^\d+$/.test(part) && !["min", "max"].includes(part));
  if (["kind", "title", "description", "reference"].includes(name) && !pointer.startsWith("/lots")) return "object";
  if (["places", "deadline", "start", "duration"].includes(name)) return "place";
  if (["reserved", "labels", "criteria", "social", "environmental", "wave", "wave_hours", "wave_until", "blocked"].includes(name)) return "criteria";
  return "lots";
}

function labelOf(pointer) {
  const [, lots, number, name] = pointer.split("/");
  return lots === "lots" && name ? `${t("need.lot", { number: Number(number) + 1 })}, ${field("lot", name).text}` : field("need", lots).text;
}

const stepKey = (id) => `step ${id}`;
const keptAs = (id) => `need ${id ?? "new"}`;

export default function Post({ id, query }) {
  const from = id ? null : query.get("from");
  const need = useGet(id ?? from ? `/v1/needs/${id ?? from}` : null);
  const amends = id && need.data && need.data.state !== "draft";
  const title = amends ? t("post.amend") : t("post");
  if (!is("buyer") || !mayWrite()) return html`<${Page} title=${title}><p>${t("post.editors")}</p><//>`;
  if (id && need.data && !OPEN.includes(need.data.state)) return html`<${Page} title=${title} lead=${need.data.title}><p>${t("post.ended")}</p><p><a href=${`/app/needs/${id}`}>${t("post.ended.look")}</a></p><//>`;
  return html`<${Page} title=${title} lead=${from ? t("post.again", { title: need.data?.title ?? "" }) : (need.data?.title ?? t("post.lead"))}>
    ${id ?? from ? html`<${Read} from=${need}>${(n) => html`<${Editor} id=${id} need=${id && n} start=${from && again(n)} query=${query} />`}<//>` : html`<${Editor} query=${query} />`}
  <//>`;
}

// need: what is stored; start: what a new one begins with.
function Editor({ id, need, start, query }) {
  const [who] = useState(session.get());
  const draft = !need || need.state === "draft", told = TOLD.includes(need?.state);
  const [found, setFound] = useState(() => (start ? undefined : kept(who, keptAs(id))?.value));
  const [record, bind, set] = useRecord(() => found?.record ?? written(start ?? need));
  const [saved, setSaved] = useState(() => written(start ?? need)), [at, setAt] = useState(null);
  const [made, setMade] = useState(need && { id, version: found?.version ?? need.version }); // of what is stored
  const [theirs, setTheirs] = useState(null), [leave, setLeave] = useState(null);
  const attempt = useRef({}), wanted = useRef(null), heading = useRef();
  const asked = query.get("step") ?? (draft && id && localStorage.getItem(stepKey(id)));
  const step = ORDER.includes(asked) ? asked : "object", next = ORDER[ORDER.indexOf(step) + 1];
  const dirty = JSON.stringify(record) !== JSON.stringify(saved);
  useUnsaved(dirty);
  useLayoutEffect(() => void (dirty ? keep(who, keptAs(id), { record, version: made?.version }) : forget(who, keptAs(id))), [record, dirty, made]);
  useEffect(() => {
    if (leave && !dirty) navigate(leave.to, leave);
  }, [leave, dirty]);
  const first = useRef(true);
  useEffect(() => {
    if (draft && id) localStorage.setItem(stepKey(id), step);
    if (!first.current || query.get("step")) scrollTo(0, 0), heading.current?.focus({ preventScroll: true });
    first.current = false;
  }, [step]);

  const address = (to, ofId = id) => (ofId ? `/app/needs/${ofId}/edit?step=${to}` : `/app/needs/new?step=${to}`);
  const open = (to) => navigate(address(to));
  const write = async () => {
    try {
      const { data } = made ? await call("PUT", `/v1/needs/${made.id}`, { body: record, version: made.version }) : await create();
      setMade({ id: data.id, version: data.version });
      setSaved(record);
      setFound(undefined);
      setAt(new Date());
      return data;
    } catch (problem) {
      if (problem.status === 412) setTheirs(await get(`/v1/needs/${made.id}`));
      throw problem;
    }
  };
  // The same words are not posted twice, should the answer get lost.
  const create = () => {
    const words = JSON.stringify(record);
    if (attempt.current.words !== words) attempt.current = { words, key: `${Date.now()}-${Math.random()}` };
    return call("POST", "/v1/needs?draft=1", { body: record, key: attempt.current.key });
  };
  const submit = async (e) => {
    const to = wanted.current ?? e.submitter?.value ?? next ?? "leave";
    wanted.current = null;
    if (!draft && to === "send") {
      const now = await write();
      say(t(told ? "post.sent" : "saved"));
      return setLeave({ to: `/app/needs/${now.id}` });
    }
    const now = draft && (dirty || !made || to === "publish") ? await write() : made; // the same words again change nothing
    if (to === "publish") {
      const out = await post(`/v1/needs/${now.id}/publish`);
      localStorage.removeItem(stepKey(now.id));
      say(t(out.state === "pending" ? "post.pending" : "post.published"));
      setLeave({ to: `/app/needs/${now.id}` });
    } else if (to === "leave") {
      say(t("post.kept"));
      setLeave({ to: `/app/needs/${now.id}` });
    } else if (!id && now) setLeave({ to: `/app/needs/${now.id}/edit?step=${to}`, replace: true });
    else open(to);
  };
  const jump = (to, e) => {
    wanted.current = to;
    e.currentTarget.form.requestSubmit();
  };
  const elsewhere = { label: labelOf, go: (pointer) => (open(stepOf(pointer)), new Promise((there) => setTimeout(there, 100))) };
  const Step = STEPS[step], reach = useReach(record);
  return html`<${ReachBar} ...${reach} /><div class="sides">
    <${Form} submit=${submit} wide label=${t("post")} elsewhere=${elsewhere} seen=${wrongSoFar(record)}>
      <ol class="steps">${ORDER.map((s, i) => html`<li><button type="button" class="small" aria-current=${s === step ? "step" : undefined} onClick=${(e) => jump(s, e)}>${i + 1}. ${t(`post.step.${s}`)}</button></li>`)}</ol>
      ${found && dirty && html`<div class="note" role="status"><p>${t("post.found")}</p>
        <p><button type="button" class="small" onClick=${() => (set(saved), setMade(need && { id, version: need.version }), setFound(undefined))}>${t(id ? "post.found.drop" : "post.found.anew")}</button></p></div>`}
      ${theirs && html`<${Conflict} mine=${record} theirs=${theirs}
        take=${() => (set(written(theirs)), setSaved(written(theirs)), setMade({ id, version: theirs.version }), setTheirs(null))}
        keep=${() => (setMade({ id, version: theirs.version }), setTheirs(null))} />`}
      <h2 ref=${heading} tabindex="-1">${t(`post.step.${step}`)}</h2>
      ${html`<${Step} record=${record} bind=${bind} set=${set} draft=${draft} told=${told} id=${id} dirty=${dirty} address=${address} />`}
      <div class="row">
        ${next && html`<button class="main" value=${next}>${t("post.next")}</button>`}
        ${!next && draft && html`<button class="main" value="publish">${t("post.publish")}</button>`}
        ${!next && !draft && html`<button class="main" value="send" disabled=${!dirty}>${t("post.send")}</button>`}
        ${draft ? html`<button value="leave">${t("post.later")}</button>` : html`<a class="button" href=${`/app/needs/${id}`}>${t("post.drop")}</a>`}
      </div>
      ${["object", "check"].includes(step) && html`<${Privacy} of="post.privacy" />`}
      <p role="status" class="hint">${at && !dirty && draft ? t("post.saved", { at: time(at) }) : ""}</p>
    <//>
    <${Reach} record=${record} set=${set} reach=${reach} />
  </div>`;
}

function Check({ record, draft, told, id, dirty, address }) {
  const gaps = missing(record);
  return html`<p>${t(draft ? "post.check" : "post.check.amend")}</p>
    ${gaps.length > 0 && html`<div class="note warn"><p><strong>${t("post.missing")}</strong></p>
      <ul>${gaps.map((pointer) => html`<li><a href=${address(stepOf(pointer))}>${labelOf(pointer)}</a></li>`)}</ul></div>`}
    <h3>${record.title ?? t("post.untitled")}</h3>
    <${Contents} need=${record} mine />
    ${told && html`<${Amendment} id=${id} record=${record} dirty=${dirty} />`}`;
}

// Somebody else has changed it meanwhile: which fields differ, and whose words stand.
function Conflict({ mine, theirs, take, keep }) {
  const other = written(theirs);
  const names = [...new Set([...Object.keys(mine), ...Object.keys(other)])].filter((name) => JSON.stringify(mine[name]) !== JSON.stringify(other[name]));
  return html`<div class="note warn" role="alert">
    <p><strong>${t("post.conflict")}</strong></p>
    ${names.length > 0 && html`<p>${t("post.conflict.fields", { fields: names.map((name) => field("need", name).text).join(", ") })}</p>`}
    <div class="row"><button type="button" onClick=${take}>${t("post.conflict.take")}</button><button type="button" onClick=${keep}>${t("post.conflict.keep")}</button></div>
  </div>`;
}
