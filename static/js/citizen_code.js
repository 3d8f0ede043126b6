// The QR of a paper leads here with the code behind the "#", which a browser never sends: fill it in
// and take it out of the address bar, so that it is neither stored nor passed on.
(function () {
  "use strict";

  var input = document.querySelector("[data-fragment]");
  if (!input) return;

  function fill() {
    var code = decodeURIComponent(window.location.hash.slice(1));
    if (!/^[0-9A-Za-z -]{14,20}$/.test(code)) return;
    input.value = code;
    window.history.replaceState(null, "", window.location.pathname);
    var plate = document.getElementById("id_plate");
    if (plate && !plate.value) plate.focus();
  }

  fill();
  window.addEventListener("hashchange", fill);
})();
