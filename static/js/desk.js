// The desk of the books: a digit chooses a candidate, J and K go to the next and the former line.
// Without it, plain buttons and links. No key acts while somebody types.
(function () {
  "use strict";

  function isTyping(place) {
    return place.closest("input, textarea, select, [contenteditable]") !== null;
  }

  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (event.target instanceof Element && isTyping(event.target)) return;
    var place = document.querySelector('[data-key="' + CSS.escape(event.key.toLowerCase()) + '"]');
    if (!place) return;
    event.preventDefault();
    // A digit only brings the button under the finger: Enter is the word.
    if (place.tagName === "A") place.click();
    else place.focus();
  });
})();
