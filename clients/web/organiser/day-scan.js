// SPDX-License-Identifier: EUPL-1.2
// Codes read by the camera of this device, one after the other, where the browser can; elsewhere a reader, or a phone's own camera, does.
import { html, useEffect, useRef, useState } from "../shared/html.js";
import { t } from "../shared/text.js";
import { Dialog } from "../shared/ui.js";

const LOOK = 200; // ms between two looks
const AGAIN = 6000; // ms: a badge is held before the camera for longer than a look

const canScan = () => "BarcodeDetector" in window && Boolean(navigator.mediaDevices?.getUserMedia);

// on: awaited, with what a code says.
export function Scan({ on }) {
  const [open, setOpen] = useState(false), close = () => setOpen(false);
  return canScan() && html`<button type="button" class="small" onClick=${() => setOpen(true)}>${t("plan.scan")}</button>
    <${Dialog} open=${open} title=${t("plan.scan")} onClose=${close}>
      <${Camera} on=${on} />
      <p><button type="button" onClick=${close}>${t("plan.close")}</button></p>
    <//>`;
}

function Camera({ on }) {
  const video = useRef(), latest = useRef(on), [blind, setBlind] = useState(false);
  latest.current = on;
  useEffect(() => {
    const eye = { open: true };
    watch(eye, video.current, (code) => latest.current(code)).catch(() => eye.open && setBlind(true));
    return () => ((eye.open = false), shut(eye));
  }, []);
  return html`<video class="camera" ref=${video} muted playsinline aria-label=${t("plan.scan.view")}></video>
    <p role="status">${t(blind ? "plan.scan.blind" : "plan.scan.hold")}</p>`;
}

const shut = (eye) => eye.stream?.getTracks().forEach((track) => track.stop());
const pause = (ms) => new Promise((go) => setTimeout(go, ms));

async function watch(eye, video, on) {
  eye.stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  if (!eye.open) return shut(eye);
  video.srcObject = eye.stream;
  await video.play();
  const detector = new BarcodeDetector({ formats: ["qr_code"] }), last = { code: "", at: 0 };
  for (; eye.open; await pause(LOOK)) {
    const [found] = await detector.detect(video).catch(() => []);
    if (!found || (found.rawValue === last.code && Date.now() - last.at < AGAIN)) continue;
    Object.assign(last, { code: found.rawValue, at: Date.now() });
    navigator.vibrate?.(80);
    await on(found.rawValue);
  }
}
