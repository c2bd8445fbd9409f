// SPDX-License-Identifier: EUPL-1.2
// A convention at a glance.
import { html } from "../shared/html.js";
import { longDay } from "../shared/text.js";
import { Frame } from "./frame.js";

export default ({ id }) => html`<${Frame} id=${id}>${(convention) => html`<p>${longDay(convention.starts)}${convention.place ? ` · ${convention.place}` : ""}</p>`}<//>`;
