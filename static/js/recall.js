// The recall console: narrow the list of cameras by typing; look again while the job runs.
(function () {
  "use strict";

  var waiting = document.querySelector("[data-reload]");
  if (waiting) setTimeout(function () { location.reload(); }, 1000 * waiting.dataset.reload);

  var box = document.querySelector("[data-narrows]");
  if (!box) return;
  var rows = Array.from(document.querySelectorAll(".device-list label"));
  var count = document.querySelector("[data-narrowed]");

  function plain(text) {
    return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/đ/gi, "d").toLowerCase();
  }

  function narrow() {
    var words = plain(box.value).split(/\s+/);
    var shown = 0;
    rows.forEach(function (row) {
      var keep = row.querySelector("input").checked ||
        words.every(function (word) { return plain(row.textContent).includes(word); });
      row.parentElement.hidden = !keep;
      if (keep) shown += 1;
    });
    count.textContent = shown + " / " + rows.length;
  }

  box.closest(".entry").hidden = false;
  box.addEventListener("input", narrow);
  box.addEventListener("keydown", function (event) {
    if (event.key === "Enter" && !event.isComposing) event.preventDefault();
  });
  narrow();
})();
