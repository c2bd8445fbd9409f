// SPDX-License-Identifier: EUPL-1.2
// The fields of one thing that a supplier can do.
import { html } from "../shared/html.js";
import { CpvField } from "../shared/codes.js";
import { Choices, Numeric, Range, Strings, Text } from "../shared/form.js";
import { t } from "../shared/text.js";
import { AreaField } from "./areas.js";

export const Amounts = ({ bind, at }) => html`
  <${Range} ...${bind(`${at}/value`)} record="capability" hint=${t("offer.value.hint")} />
  <${Choices} ...${bind(`${at}/services`)} record="capability" list="service" />`;

export const Words = ({ bind, at }) => html`
  <${Strings} ...${bind(`${at}/keywords`)} record="capability" hint=${t("offer.keywords.hint")} />
  <${Strings} ...${bind(`${at}/excluded`)} record="capability" hint=${t("offer.excluded.hint")} />`;

export const Places = ({ bind, at }) => html`
  <${Numeric} ...${bind(`${at}/radius`)} record="capability" hint=${t("offer.radius.hint")} />
  <${AreaField} ...${bind(`${at}/areas`)} record="capability" hint=${t("offer.areas.hint")} />`;

export const CapabilityFields = ({ bind, at }) => html`
  <${CpvField} ...${bind(`${at}/cpv`)} record="capability" one needed />
  <${Text} ...${bind(`${at}/title`)} record="capability" hint=${t("offer.capability.hint")} />
  <${Places} bind=${bind} at=${at} /><${Amounts} bind=${bind} at=${at} /><${Words} bind=${bind} at=${at} />`;
