// SPDX-License-Identifier: EUPL-1.2
// What changes a version: moves, and rules of a request, one after the other, each with its undo. What is published is copied to a draft first.
import { get, post, put } from "../shared/api.js";
import { useCallback, useEffect, useRef, useState } from "../shared/html.js";
import { t } from "../shared/text.js";
import { say } from "../shared/ui.js";
import { hour, pairOf } from "./grid-model.js";

const STEPS = 50; // that can be undone

// model: what is shown now (null: not read yet). setTimetable, setRequest: show another. copied: a draft was made of what is published.
export function useMoves({ model, setTimetable, setRequest, copied }) {
  const latest = useRef(), queue = useRef(Promise.resolve());
  const [steps, setSteps] = useState([]);
  const known = latest.current?.timetable;
  // What an answer has said is newer than what was drawn.
  if (model && (!known || known.id !== model.timetable.id || known.version <= model.timetable.version)) latest.current = { ...model };
  useEffect(() => setSteps((s) => s.filter((step) => step.timetable === model?.timetable.id)), [model?.timetable.id]);

  const inTurn = useCallback((fn) => {
    const run = queue.current.then(fn);
    queue.current = run.catch(() => {});
    return run;
  }, []);
  const show = (timetable) => {
    latest.current = { ...latest.current, timetable };
    setTimetable(timetable);
  };
  const reload = async () => show(await get(`/v1/timetables/${latest.current.timetable.id}`));

  async function draft() {
    const { timetable, convention } = latest.current;
    if (timetable.state === "draft") return;
    const made = await post(`/v1/conventions/${convention.id}/timetables`, { from: timetable.id });
    show(await get(`/v1/timetables/${made.id}`));
    copied(made);
  }

  // Puts a meeting somewhere (null: nowhere); answers where it was.
  async function place(request, to) {
    await draft();
    const { timetable } = latest.current, was = timetable.meetings.find((m) => m.request === request);
    let said;
    try {
      said = await post(`/v1/timetables/${timetable.id}/moves`, { request, slot: to?.slot, table: to?.table }, { version: timetable.version });
    } catch (problem) {
      if (problem.status === 412) await reload(); // somebody else has changed it
      throw problem;
    }
    if (to && !to.table) await reload(); // it has been given a table
    else show(placed(latest.current, request, to, said));
    return was ? { slot: was.slot, table: was.table } : null;
  }

  // Changes rules of a request; answers what they were.
  async function rule(request, change) {
    const r = latest.current.requests.get(request), was = rulesOf(r);
    const next = await put(`/v1/requests/${request}`, { ...was, ...change }, r.version);
    latest.current.requests.set(request, next);
    setRequest(next);
    return was;
  }

  function done(text, undo) {
    const step = { text, timetable: latest.current.timetable.id, undo: () => inTurn(async () => {
      if (step.undone) return; // by another button
      step.undone = true;
      setSteps((s) => s.filter((x) => x !== step));
      await undo();
    }) };
    setSteps((s) => [...s.slice(1 - STEPS), step]);
    say(text, { undo: step.undo });
  }
  const named = (key, request, slot) => t(key, { pair: pairOf(latest.current, request), hour: slot ? hour(latest.current, slot) : "" });

  return {
    steps, inTurn, reload,
    latest: () => latest.current,
    move: (request, to) => inTurn(async () => {
      const was = await place(request, to);
      done(named(to ? "plan.done.moved" : "plan.done.out", request, to?.slot), () => place(request, was));
    }),
    pin: (request, change) => inTurn(async () => {
      const was = await rule(request, change);
      done(named(change.slot ? "plan.done.pinned" : "plan.done.unpinned", request, change.slot), () => rule(request, was));
    }),
    allow: (request, slot) => inTurn(async () => {
      const was = await rule(request, { forbidden: (latest.current.requests.get(request).forbidden ?? []).filter((s) => s !== slot) });
      done(named("plan.done.allowed", request, slot), () => rule(request, was));
    }),
    // A meeting that lies there comes out of the draft: it waits beside the grid. What is published is mended by the service.
    forbid: (request, slot) => inTurn(async () => {
      const { requests, timetable } = latest.current, r = requests.get(request);
      const was = await rule(request, { forbidden: [...(r.forbidden ?? []), slot], ...(r.slot === slot ? { slot: undefined } : {}) });
      const lies = timetable.state === "draft" && timetable.meetings.some((m) => m.request === request && m.slot === slot);
      const spot = lies ? await place(request, null) : null;
      done(named("plan.done.forbidden", request, slot), async () => {
        await rule(request, was);
        if (spot) await place(request, spot);
      });
    }),
  };
}

const rulesOf = (r) => ({ priority: r.priority, session: r.session, slot: r.slot, table: r.table, forbidden: r.forbidden ?? [], after: r.after ?? [] });

// The timetable with that meeting elsewhere, as the service has said.
function placed({ timetable, convention, requests }, request, to, said) {
  const others = timetable.meetings.filter((m) => m.request !== request), former = timetable.meetings.find((m) => m.request === request);
  const left = timetable.left_out.filter((l) => l.request !== request), r = requests.get(request);
  const people = former?.people ?? [r.first.id, r.second.id];
  return {
    ...timetable, version: said.version, placed: said.placed,
    meetings: to ? [...others, { request, people, ...convention.slots[to.slot - 1], table: to.table, pinned: r?.slot !== undefined }] : others,
    left_out: to ? left : [...left, { request, kind: "hand", fr: "Ôté à la main.", en: "Taken out by hand." }],
  };
}
