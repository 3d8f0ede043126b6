// Whether somebody works here: a sign of life every half minute, and cases given back when nobody does.
window.reviewWatch = function (page, stop) {
  "use strict";

  var BEAT_MS = 30000;
  var IDLE_MS = 300000;
  var actedAt = performance.now();
  var stopped = false;

  ["keydown", "pointerdown", "pointermove", "wheel"].forEach(function (name) {
    document.addEventListener(name, function () { actedAt = performance.now(); }, { passive: true });
  });

  function isIdle() {
    return performance.now() - actedAt > IDLE_MS;
  }

  function send(address, values) {
    var data = new FormData();
    var token = page().main.querySelector("[name=csrfmiddlewaretoken]");
    if (token) data.set("csrfmiddlewaretoken", token.value);
    data.set("tab", page().main.dataset.tab);
    Object.keys(values).forEach(function (name) { data.set(name, values[name]); });
    return fetch(address, { method: "POST", body: data, headers: { Accept: "application/json" } });
  }

  setInterval(function () {
    if (stopped || !page() || !page().form) return;
    if (isIdle()) {
      stopped = true;
      send(page().main.dataset.release, {}).catch(function () { /* the lease runs out by itself */ });
      stop("idle");
      return;
    }
    if (document.hidden) return;
    send(page().main.dataset.beat, { active: "1" }).then(function (answer) {
      if (answer.status !== 409 && answer.status !== 403) return null;
      return answer.json().then(function (told) {
        if (told.csrf) return; // the next verdict renews it
        stopped = true;
        stop("taken", told.refused.join(" "));
      });
    }).catch(function () { /* the next beat tries again; a verdict says that the line is down */ });
  }, BEAT_MS);
};
