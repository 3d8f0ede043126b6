// The post room: choosing papers, and waiting for the worker. Without it, plain forms.
(function () {
  "use strict";

  // ---- Choosing --------------------------------------------------------------------------

  function boxes(name) {
    return Array.from(document.querySelectorAll('input[name="' + name + '"]'));
  }

  function count() {
    document.querySelectorAll("[data-count-of]").forEach(function (place) {
      var all = boxes(place.dataset.countOf);
      var chosen = all.filter(function (box) { return box.checked; }).length;
      place.textContent = chosen + " / " + all.length + " " + place.dataset.words;
    });
  }

  document.addEventListener("change", function (event) {
    var master = event.target.dataset.checks;
    if (master) boxes(master).forEach(function (box) { box.checked = event.target.checked; });
    count();
  });
  count();

  // ---- Waiting for the worker --------------------------------------------------------------

  var waiting = document.querySelector("[data-reload]");
  if (waiting) setTimeout(function () { location.reload(); }, 1000 * waiting.dataset.reload);
})();
