// What a press means on the review page: the act it names, or none. Acts are done in review.js.
// Keys go by their place (event.code); an officer's own come with the page (data-keys).
window.reviewKeys = function (main) {
  "use strict";

  // Enter, arrows and Home are no characters: they stay when the single keys are switched off.
  var ALWAYS = {
    Enter: "verify", NumpadEnter: "verify", Home: "fit",
    ArrowLeft: "before", ArrowRight: "after", ArrowUp: "up", ArrowDown: "down"
  };
  var FIXED = {
    Digit0: "fit", Numpad0: "fit", Equal: "closer", NumpadAdd: "closer",
    Minus: "farther", NumpadSubtract: "farther", Space: "film",
    NumpadDecimal: "jump", NumpadMultiply: "tone", NumpadDivide: "panes"
  };
  var own = JSON.parse(main.dataset.keys || "{}");
  var off = main.hasAttribute("data-keys-off");

  // What an input method makes of a press is its own: the page takes no part in it.
  function isComposed(event) {
    return event.isComposing || event.keyCode === 229 || event.key === "Process" || !event.code;
  }

  // "reason-3" for a digit, "" for a press that means nothing here.
  function actOf(event) {
    if (isComposed(event) || event.altKey || event.metaKey || event.ctrlKey) return "";
    if (ALWAYS[event.code]) return ALWAYS[event.code];
    if (off) return "";
    if (event.code === "Slash") return event.shiftKey ? "help" : "";
    var digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code);
    if (digit) return "reason-" + digit[1];
    return FIXED[event.code] || own[event.code] || "";
  }

  // Kept on the server, so that it holds on every machine; the answer is not waited for.
  function turn() {
    off = !off;
    var data = new FormData();
    data.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
    data.set("single_keys", off ? "0" : "1");
    fetch(main.dataset.keysSwitch, {
      method: "POST", body: data, headers: { Accept: "application/json" }, keepalive: true
    }).catch(function () { /* it holds for this page at least */ });
    return off;
  }

  return {
    actOf: actOf, isComposed: isComposed, turn: turn,
    areOff: function () { return off; },
    places: function (act) {
      return Object.keys(own).filter(function (place) { return own[place] === act; });
    }
  };
};
