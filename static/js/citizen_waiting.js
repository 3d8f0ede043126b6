// While the bank is silent: count the seconds, ask every five whether there is news, for two minutes;
// then more rarely. Without JavaScript the link on the page does the same.
(function () {
  "use strict";

  var box = document.querySelector("[data-state-url]");
  if (!box) return;
  var clock = document.querySelector("[data-clock]");
  var late = document.querySelector("[data-late]");
  var began = Date.now() - Number(box.dataset.waited || 0) * 1000;
  var since = Date.now();

  function seconds() {
    return Math.floor((Date.now() - began) / 1000);
  }

  function show() {
    if (!clock) return;
    var now = seconds();
    clock.textContent = Math.floor(now / 60) + ":" + String(now % 60).padStart(2, "0");
  }

  function ask() {
    fetch(box.dataset.stateUrl, { headers: { Accept: "application/json" }, cache: "no-store" })
      .then(function (answer) { return answer.json(); })
      .then(function (news) {
        if (news.mark !== box.dataset.mark) window.location.reload();
        else again();
      })
      .catch(again);
  }

  function again() {
    var isLate = Date.now() - since > 120000;
    if (isLate && late) late.hidden = false;
    window.setTimeout(ask, isLate ? 30000 : 5000);
  }

  show();
  window.setInterval(show, 1000);
  again();
})();
