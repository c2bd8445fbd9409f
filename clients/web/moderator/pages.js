// SPDX-License-Identifier: EUPL-1.2
// The pages of moderators, and what waits for them: read again when one comes back to the window, and after each decision.
import { useGet } from "../shared/api.js";
import { html, useEffect } from "../shared/html.js";
import { isModerator, session } from "../shared/session.js";
import { useStore } from "../shared/store.js";
import { number, t, word } from "../shared/text.js";
import { Page, Read, Tabs } from "../shared/ui.js";

const MOST = 200; // of each kind, the oldest first

// What may be read: nothing by who is no moderator.
export const allowed = (path) => (isModerator() ? path : null);

function useQueue() {
  const queue = useGet(allowed(`/v1/moderation?limit=${MOST}`));
  useEffect(() => {
    const look = () => document.visibilityState === "visible" && queue.reload();
    addEventListener("focus", look);
    document.addEventListener("visibilitychange", look);
    return () => (removeEventListener("focus", look), document.removeEventListener("visibilitychange", look));
  }, []);
  return queue;
}

// children: what is shown, or a function of what waits and how it is read again.
export function ModerationPage({ title, lead, children }) {
  useStore(session);
  const queue = useQueue();
  if (!isModerator()) return html`<${Page} title=${title} narrow><p>${t("moderation.only")}</p><//>`;
  const count = (kind) => {
    const n = queue.data?.[kind].length;
    return n ? ` (${number(n)}${n === MOST ? "+" : ""})` : "";
  };
  const items = [
    ["/app/moderation", t("moderation.needs") + count("needs")],
    ["/app/moderation/claims", t("moderation.claims") + count("claims")],
    ["/app/moderation/joins", t("moderation.joins") + count("members")],
    ["/app/moderation/reports", t("moderation.reports") + count("reports")],
    ["/app/moderation/organisations", t("moderation.organisations")],
    ["/app/moderation/outbox", t("moderation.outbox")],
    ["/app/moderation/audit", t("moderation.audit")],
    ["/app/moderation/settings", t("moderation.settings")],
  ];
  return html`<${Page} title=${title} lead=${lead}>
    <${Tabs} label=${t("moderation")} items=${items} />
    ${typeof children === "function" ? html`<${Read} from=${queue}>${(data) => children(data, queue.reload)}<//>` : children}
  <//>`;
}

// What an organisation says it is, in words.
export const claimed = (claim) => (claim === "organiser" ? t("moderation.organiser") : word("structure", claim));

// An organisation with its number, where it is found here, and what the State's register says of it.
export const Organisation = ({ o }) => html`<a href=${`/app/moderation/organisations?q=${o.siret}`}>${o.name}</a> <small>SIRET ${o.siret} · <${Register} siret=${o.siret} /></small>`;
export const Register = ({ siret }) => html`<a href=${`https://annuaire-entreprises.data.gouv.fr/etablissement/${siret}`} target="_blank" rel="noopener noreferrer">${t("moderation.register")}<span class="hidden"> ${t("moderation.register.of", { siret })}</span></a>`;
