// SPDX-License-Identifier: EUPL-1.2
// "Full until" of the offer, set where one is told: nothing new is announced before that day.
import { useGet } from "../shared/api.js";
import { html, useState } from "../shared/html.js";
import { Day, Form } from "../shared/form.js";
import { mayWrite } from "../shared/session.js";
import { longDay, t } from "../shared/text.js";
import { Button } from "../shared/ui.js";
import { replace, rests } from "./stored.js";

export function Pause() {
  const offer = useGet("/v1/offer");
  const [until, setUntil] = useState("");
  if (!offer.data) return null;
  const { full_until: full } = offer.data, paused = rests(offer.data);
  const set = (day) => {
    const { full_until: _, ...rest } = offer.data;
    return replace(offer.data, day ? { ...rest, full_until: day } : rest, t(day ? "alert.pause.set" : "alert.pause.ended"), offer.put);
  };
  return html`<section class="card" aria-labelledby="pause"><h2 id="pause">${t("alert.pause")}</h2>
    <p>${paused ? html`<strong>${t("alert.pause.until", { day: longDay(full) })}</strong> ${t("alert.pause.effect")}` : t("alert.pause.why")}</p>
    ${mayWrite() && (paused ? html`<${Button} onClick=${() => set(null)}>${t("alert.pause.end")}<//>`
      : html`<${Form} submit=${() => set(until)}><${Day} path="/full_until" record="offer" needed value=${until} on=${setUntil} /><button disabled=${!until}>${t("alert.pause.begin")}</button><//>`)}
  </section>`;
}
