// How the pictures of a case are looked at: zoom, pan, jumps to the boxes, tone; all frames together.
window.reviewView = function (main, toneWords) {
  "use strict";

  var TONES = ["", "brightness(1.55)", "contrast(1.7) brightness(1.1)", "grayscale(1) contrast(1.3)", "invert(1)"];
  var scale = 1;
  var toneNow = 0;

  function all(selector) {
    return Array.from(main.querySelectorAll(selector));
  }

  function overlays() {
    return all(".frame .stage-overlay");
  }

  // The drawing over the picture holds the picture too: its viewBox says which part is seen.
  function see(overlay, x, y, width) {
    var whole = { width: Number(overlay.dataset.width), height: Number(overlay.dataset.height) };
    var height = width * whole.height / whole.width;
    var left = Math.min(Math.max(0, x), whole.width - width);
    var top = Math.min(Math.max(0, y), whole.height - height);
    overlay.setAttribute("viewBox", [left, top, width, height].join(" "));
  }

  function look(to, centre) {
    scale = Math.min(16, Math.max(1, to));
    overlays().forEach(function (overlay) {
      var now = overlay.viewBox.baseVal;
      var middle = (centre && centre(overlay)) || { x: now.x + now.width / 2, y: now.y + now.height / 2 };
      var width = Number(overlay.dataset.width) / scale;
      var height = width * Number(overlay.dataset.height) / Number(overlay.dataset.width);
      see(overlay, middle.x - width / 2, middle.y - height / 2, width);
    });
    all("[data-zoom]").forEach(function (place) {
      place.textContent = Math.round(scale * 100) + " %";
    });
  }

  // By a factor; nought fits the picture again.
  function zoom(factor) {
    look(scale * factor);
  }

  // By shares of what is seen.
  function pan(right, down) {
    overlays().forEach(function (overlay) {
      var now = overlay.viewBox.baseVal;
      see(overlay, now.x + right * now.width, now.y + down * now.height, now.width);
    });
  }

  // Each picture has its own boxes: the vehicle has moved between them.
  function goTo(kind) {
    var to = 1;
    function box(overlay) {
      var found = overlay.querySelector('[data-box="' + kind + '"]');
      return found ? found.getBBox() : null;
    }
    overlays().forEach(function (overlay) {
      var area = box(overlay);
      if (!area) return;
      var share = Math.max(area.width / overlay.dataset.width, area.height / overlay.dataset.height);
      to = Math.max(to, 0.6 / share);
    });
    if (to === 1) return;
    look(to, function (overlay) {
      var area = box(overlay);
      return area ? { x: area.x + area.width / 2, y: area.y + area.height / 2 } : null;
    });
  }

  function tone(step) {
    toneNow = (toneNow + step + TONES.length) % TONES.length;
    all(".stage > img, .stage-overlay image, .frame-detail > svg").forEach(function (picture) {
      picture.style.filter = TONES[toneNow];
    });
    all("[data-tone]").forEach(function (place) { place.textContent = toneWords[toneNow]; });
  }

  all(".stage").forEach(function (stage) {
    var from = null;
    stage.addEventListener("wheel", function (event) {
      event.preventDefault();
      zoom(event.deltaY < 0 ? 1.3 : 1 / 1.3);
    }, { passive: false });
    stage.addEventListener("pointerdown", function (event) {
      from = { x: event.clientX, y: event.clientY };
      stage.setPointerCapture(event.pointerId);
    });
    stage.addEventListener("pointermove", function (event) {
      if (!from) return;
      var area = stage.getBoundingClientRect();
      pan((from.x - event.clientX) / area.width, (from.y - event.clientY) / area.height);
      from = { x: event.clientX, y: event.clientY };
    });
    stage.addEventListener("pointerup", function () { from = null; });
    stage.addEventListener("pointercancel", function () { from = null; });
  });

  // Where one looks, as shares of the picture, so that it fits the pictures of another case.
  function state() {
    var first = overlays()[0];
    var now = first && first.viewBox.baseVal;
    return {
      tone: toneNow, scale: scale,
      x: now ? (now.x + now.width / 2) / first.dataset.width : 0.5,
      y: now ? (now.y + now.height / 2) / first.dataset.height : 0.5
    };
  }

  function restore(seen) {
    tone(seen.tone);
    look(seen.scale, function (overlay) {
      return { x: seen.x * overlay.dataset.width, y: seen.y * overlay.dataset.height };
    });
  }

  return {
    state: state, restore: restore, zoom: zoom, pan: pan, goTo: goTo, tone: tone,
    scale: function () { return scale; },
    toneNow: function () { return toneNow; }
  };
};
