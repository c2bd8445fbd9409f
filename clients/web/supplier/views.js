// SPDX-License-Identifier: EUPL-1.2
// The ways to look at the needs that fit us.
import { html } from "../shared/html.js";
import { t } from "../shared/text.js";
import { Tabs } from "../shared/ui.js";

export const Views = () => html`<${Tabs} label=${t("fit.views")} items=${[["/app/matches", t("fit.view.list")], ["/app/deadlines", t("fit.view.deadlines")]]} />`;
