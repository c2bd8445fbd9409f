// SPDX-License-Identifier: EUPL-1.2
// Who sees what is written in a form, and what it serves for. of: the text that says it.
import { html } from "./html.js";
import { t } from "./text.js";

export const Privacy = ({ of }) => html`<p class="hint">${t(of)} <a href="/privacy" target="_self">${t("foot.privacy")}</a></p>`;
