// SPDX-License-Identifier: EUPL-1.2
// The pages about being told: alerts, and the ways by which one is told.
import { html } from "../shared/html.js";
import { t } from "../shared/text.js";
import { Tabs } from "../shared/ui.js";

export const Told = () => html`<${Tabs} label=${t("alert.views")} items=${[["/app/alerts", t("alert.title")], ["/app/alerts/channels", t("channel.title")]]} />`;
