// SPDX-License-Identifier: EUPL-1.2
// Who sees what is written in the form above, and what it serves for.
import { html } from "../shared/html.js";
import { t } from "../shared/text.js";

export const Privacy = ({ of = "offer" }) => html`<p class="note">${t(`privacy.${of}`)} <a href="/privacy" target="_self">${t("privacy.more")}</a></p>`;
