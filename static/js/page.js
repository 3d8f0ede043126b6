// What every page needs: focus on errors, dialogs, busy forms, copying, printing.
(function () {
  "use strict";

  var summary = document.querySelector(".error-summary");
  if (summary) summary.focus();

  document.addEventListener("click", function (event) {
    var opener = event.target.closest("[data-opens]");
    if (opener) document.getElementById(opener.dataset.opens).showModal();

    var closer = event.target.closest("[data-closes]");
    if (closer) closer.closest("dialog").close();

    var copier = event.target.closest("[data-copies]");
    if (copier && navigator.clipboard) {
      var text = document.getElementById(copier.dataset.copies).textContent.trim();
      navigator.clipboard.writeText(text).then(function () {
        copier.textContent = copier.dataset.copied || copier.textContent;
      });
    }

    if (event.target.closest("[data-prints]")) window.print();
  });

  // What scrolls sideways and holds nothing to focus gets the focus itself, so that keys can scroll it.
  var SCROLLS = ".table-wrap, .results, .lane-horizontal, pre";
  var FOCUSABLE = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]";
  function openToKeys() {
    document.querySelectorAll(SCROLLS).forEach(function (box) {
      var inside = Array.from(box.querySelectorAll(FOCUSABLE));
      var reached = inside.some(function (node) { return node.getClientRects().length > 0; });
      var needs = box.scrollWidth > box.clientWidth && !reached;
      if (needs) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    });
  }
  openToKeys();
  window.addEventListener("load", openToKeys);
  window.addEventListener("resize", openToKeys);

  // A road that is wider than the screen is shown from where the case stands now.
  document.querySelectorAll(".lane-horizontal > [aria-current]").forEach(function (step) {
    var road = step.parentElement;
    road.scrollLeft = step.offsetLeft - road.offsetLeft - (road.clientWidth - step.offsetWidth) / 2;
  });

  // One press is one act: the pressed button turns busy and a second press does nothing.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (!form.dataset.busy) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    var button = event.submitter;
    if (!button) return;
    button.style.minWidth = button.offsetWidth + "px";
    button.setAttribute("aria-busy", "true");
    var word = Array.from(button.childNodes).find(function (node) {
      return node.nodeType === Node.TEXT_NODE && node.textContent.trim();
    });
    if (word) word.textContent = form.dataset.busy;
  });

  // Back from the next page: the form may be sent again.
  window.addEventListener("pageshow", function (event) {
    if (!event.persisted) return;
    document.querySelectorAll("form[data-sent]").forEach(function (form) {
      delete form.dataset.sent;
      form.querySelectorAll("[aria-busy]").forEach(function (button) {
        button.removeAttribute("aria-busy");
      });
    });
  });
})();
