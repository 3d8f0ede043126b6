// The signing batch: N and P go through the papers. Typing in a field wins.
(function () {
  "use strict";

  document.addEventListener("keydown", function (event) {
    if (event.repeat || event.isComposing || event.keyCode === 229) return;
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable], dialog")) return;
    var way = document.querySelector('[data-key="' + event.code + '"]');
    if (way) way.click();
  });

  var here = document.querySelector(".folder [aria-current]");
  if (here) here.scrollIntoView({ block: "nearest" });
})();
