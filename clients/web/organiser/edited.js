// SPDX-License-Identifier: EUPL-1.2
// A record that somebody edits while it may change elsewhere: what was written stays, and that it is overtaken is said.
import { html, useEffect, useState } from "../shared/html.js";
import { useRecord } from "../shared/form.js";
import { t } from "../shared/text.js";
import { useUnsaved } from "../shared/ui.js";

// current: as it is, with its version. pick(current): the record that is edited.
// Gives record, bind (as useRecord), version (for If-Match), saved(next) when it was stored, overtaken, restart().
export function useEdited(current, pick) {
  const [record, bindTo, set] = useRecord(pick(current));
  const [version, setVersion] = useState(current.version), [touched, touch] = useState(false);
  const restart = () => (set(pick(current)), setVersion(current.version), touch(false));
  useEffect(() => {
    if (!touched && current.version >= version) restart();
  }, [current]);
  useUnsaved(touched);
  const bind = (path) => {
    const field = bindTo(path);
    return { ...field, on: (value) => (touch(true), field.on(value)) };
  };
  return { record, bind, version, saved: (next) => (setVersion(next.version), touch(false)), overtaken: touched && current.version > version, restart };
}

export const Overtaken = ({ of }) =>
  of.overtaken &&
  html`<div class="note warn" role="status">
    <p>${t("conv.overtaken")}</p>
    <p><button type="button" onClick=${of.restart}>${t("conv.overtaken.take")}</button></p>
  </div>`;
