// SPDX-License-Identifier: EUPL-1.2
// What every view is written with: html`...` makes elements, hooks keep state.
import { h, render, Fragment, createContext } from "../vendor/preact.js";
import htm from "../vendor/htm.js";

export const html = htm.bind(h);
export { h, render, Fragment, createContext };
export * from "../vendor/hooks.js";

// A view that is drawn again only when one of its properties is another.
export function memo(view) {
  return function Memo(props) {
    this.shouldComponentUpdate = (next) => Object.keys(next).some((key) => next[key] !== this.props[key]);
    return h(view, props);
  };
}
