// Photos made small on the phone, and the signature drawn with a finger.

import { element } from "./page.js";
import { phrase } from "./words.js";

const LONGEST = 1280;
const HEAVIEST = 400000;

export async function shrunk(file) {
  const image = await createImageBitmap(file);
  const canvas = document.createElement("canvas");
  for (let longest = LONGEST; ; longest *= 0.75) {
    const scale = Math.min(1, longest / Math.max(image.width, image.height));
    canvas.width = Math.max(1, Math.round(image.width * scale));
    canvas.height = Math.max(1, Math.round(image.height * scale));
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    const drawn = canvas.toDataURL("image/jpeg", 0.7); // drawn anew: place and camera that the file named are gone
    if (drawn.length < HEAVIEST || longest < 300) return drawn;
  }
}

export function signaturePad(start, changed) {
  const canvas = element("canvas", { class: "pad", width: 600, height: 240, role: "img", "aria-label": phrase("签名处，用手指写") });
  const pen = canvas.getContext("2d");
  pen.lineWidth = 4;
  pen.lineCap = pen.lineJoin = "round";
  if (start) {
    const before = new Image();
    before.onload = () => pen.drawImage(before, 0, 0);
    before.src = start;
  }
  let down = false;
  const spot = (event) => {
    const box = canvas.getBoundingClientRect();
    return [((event.clientX - box.left) * canvas.width) / box.width, ((event.clientY - box.top) * canvas.height) / box.height];
  };
  canvas.addEventListener("pointerdown", (event) => {
    down = true;
    canvas.setPointerCapture(event.pointerId);
    pen.beginPath();
    pen.moveTo(...spot(event));
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!down) return;
    pen.lineTo(...spot(event));
    pen.stroke();
  });
  canvas.addEventListener("pointerup", () => {
    if (down) changed(canvas.toDataURL("image/png"));
    down = false;
  });
  const clear = element("button", { type: "button", class: "quiet" }, phrase("擦掉重写"));
  clear.addEventListener("click", () => {
    pen.clearRect(0, 0, canvas.width, canvas.height);
    changed("");
  });
  return element("div", { class: "signature" }, canvas, clear);
}

export function place() {
  return new Promise((resolve) => {
    if (!navigator.geolocation) return resolve(null);
    const found = ({ coords }) => resolve({
      latitude: Number(coords.latitude.toFixed(5)), longitude: Number(coords.longitude.toFixed(5)),
      accuracy: Math.round(coords.accuracy),
    });
    return navigator.geolocation.getCurrentPosition(found, () => resolve(null), { enableHighAccuracy: true, timeout: 15000 });
  });
}
