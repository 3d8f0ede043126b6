// Rectangles over a picture: drawn with the pointer, moved and sized with the arrow keys.
// The rows of the form are the truth; the picture only shows them, and every change goes there.
(function () {
  "use strict";

  const root = document.querySelector("[data-redact]");
  if (!root) return;
  const SIDES = ["x", "y", "w", "h"];
  const STEP = 1, FINE = 0.1, SMALLEST = 0.5; // per cent
  const SVG = "http://www.w3.org/2000/svg";
  const width = Number(root.dataset.width), height = Number(root.dataset.height);
  const most = Number(root.dataset.most);
  const overlay = root.querySelector("[data-overlay]");
  const body = root.querySelector("[data-rows]");
  const template = root.querySelector("[data-template]");
  const said = root.querySelector("[data-said]");

  function rows() { return Array.from(body.querySelectorAll("[data-row]")); }

  function read(row) {
    const box = {};
    SIDES.forEach(function (side) {
      const text = row.querySelector('[name="' + side + '"]').value.trim().replace(",", ".");
      box[side] = text === "" ? NaN : Number(text);
    });
    return box;
  }

  function write(row, box) {
    SIDES.forEach(function (side) {
      row.querySelector('[name="' + side + '"]').value = String(Math.round(box[side] * 100) / 100);
    });
    show();
  }

  // Inside the picture, and never too small to see.
  function fitted(box) {
    const w = Math.min(100, Math.max(SMALLEST, box.w)), h = Math.min(100, Math.max(SMALLEST, box.h));
    return {
      x: Math.min(100 - w, Math.max(0, box.x)),
      y: Math.min(100 - h, Math.max(0, box.y)),
      w: w,
      h: h,
    };
  }

  function show() {
    overlay.replaceChildren();
    rows().forEach(function (row, index) {
      const handle = row.querySelector("[data-handle]");
      handle.textContent = String(index + 1);
      const box = read(row);
      if (SIDES.some(function (side) { return !Number.isFinite(box[side]); })) return;
      const area = document.createElementNS(SVG, "rect");
      area.setAttribute("class", "redact-area" + (row.contains(document.activeElement) ? " is-chosen" : ""));
      area.setAttribute("x", box.x * width / 100);
      area.setAttribute("y", box.y * height / 100);
      area.setAttribute("width", Math.max(0, box.w) * width / 100);
      area.setAttribute("height", Math.max(0, box.h) * height / 100);
      overlay.append(area);
      const label = document.createElementNS(SVG, "text");
      label.setAttribute("class", "redact-number");
      label.setAttribute("x", (box.x + box.w / 2) * width / 100);
      label.setAttribute("y", (box.y + box.h / 2) * height / 100);
      label.setAttribute("font-size", height / 28);
      label.textContent = String(index + 1);
      overlay.append(label);
      handle.setAttribute("aria-label", handle.textContent + ": " + box.x + ", " + box.y + ", " + box.w + " × " + box.h + " %");
    });
  }

  function prepare(row) {
    row.querySelectorAll("[data-needs-script], [data-handle]").forEach(function (node) { node.hidden = false; });
    row.querySelectorAll("[data-without-script]").forEach(function (node) { node.hidden = true; });
    return row;
  }

  function add(box) {
    if (rows().length >= most) return null;
    const row = prepare(template.content.firstElementChild.cloneNode(true));
    body.append(row);
    write(row, fitted(box));
    return row;
  }

  function choose(row) {
    if (row) row.querySelector("[data-handle]").focus({ preventScroll: true });
    show();
  }

  // Without the script three rows stand ready to be filled in; with it they are made when wanted.
  root.querySelectorAll("[data-empty]").forEach(function (row) { row.remove(); });
  rows().forEach(prepare);
  root.querySelectorAll("[data-needs-script]").forEach(function (node) { node.hidden = false; });
  root.querySelectorAll("[data-without-script]").forEach(function (node) { node.hidden = true; });

  root.querySelector("[data-add]").addEventListener("click", function () {
    choose(add({ x: 45, y: 45, w: 10, h: 10 }));
  });

  body.addEventListener("input", show);
  body.addEventListener("focusin", show);
  body.addEventListener("click", function (event) {
    const button = event.target.closest("[data-remove]");
    if (!button) return;
    const row = button.closest("[data-row]");
    const next = row.nextElementSibling || row.previousElementSibling;
    row.remove();
    if (next) choose(next);
    else root.querySelector("[data-add]").focus();
    show();
  });

  const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  body.addEventListener("keydown", function (event) {
    const move = MOVES[event.key];
    if (!move || !event.target.matches("[data-handle]") || event.altKey || event.metaKey) return;
    event.preventDefault();
    const row = event.target.closest("[data-row]"), box = read(row);
    const step = event.ctrlKey ? FINE : STEP;
    if (event.shiftKey) { box.w += move[0] * step; box.h += move[1] * step; }
    else { box.x += move[0] * step; box.y += move[1] * step; }
    const now = event.shiftKey
      ? fitted({ x: box.x, y: box.y, w: Math.min(box.w, 100 - box.x), h: Math.min(box.h, 100 - box.y) })
      : fitted(box);
    write(row, now);
    said.textContent = event.target.getAttribute("aria-label");
  });

  // The pointer: on a rectangle it moves it, elsewhere it draws a new one.
  const stage = root.querySelector("[data-stage]");
  let drag = null;

  function place(event) {
    const matrix = overlay.getScreenCTM();
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
    return {
      x: Math.min(100, Math.max(0, point.x * 100 / width)),
      y: Math.min(100, Math.max(0, point.y * 100 / height)),
    };
  }

  function under(point) {
    return rows().reverse().find(function (row) {
      const box = read(row);
      return point.x >= box.x && point.x <= box.x + box.w && point.y >= box.y && point.y <= box.y + box.h;
    });
  }

  stage.addEventListener("pointerdown", function (event) {
    if (event.button !== 0) return;
    event.preventDefault();
    const from = place(event), row = under(from);
    drag = { from: from, row: row || null, box: row ? read(row) : null, id: event.pointerId };
    stage.setPointerCapture(event.pointerId);
    if (row) choose(row);
  });

  stage.addEventListener("pointermove", function (event) {
    if (!drag || event.pointerId !== drag.id) return;
    const to = place(event), across = to.x - drag.from.x, down = to.y - drag.from.y;
    if (drag.box) {
      write(drag.row, fitted({ x: drag.box.x + across, y: drag.box.y + down, w: drag.box.w, h: drag.box.h }));
      return;
    }
    if (Math.abs(across) < SMALLEST || Math.abs(down) < SMALLEST) return;
    const box = {
      x: Math.min(drag.from.x, to.x),
      y: Math.min(drag.from.y, to.y),
      w: Math.abs(across),
      h: Math.abs(down),
    };
    if (drag.row) write(drag.row, fitted(box));
    else { drag.row = add(box); choose(drag.row); }
  });

  ["pointerup", "pointercancel"].forEach(function (name) {
    stage.addEventListener(name, function () { drag = null; });
  });

  show();
})();
