// Django admin's searching selects (select2) leave out their labels; this says them to screen readers.
(function () {
  "use strict";

  function labelOf(id) {
    return document.querySelector('label[for="' + id + '"]');
  }

  function nameSelects() {
    document.querySelectorAll("select.admin-autocomplete").forEach(function (select) {
      var label = labelOf(select.id);
      var shown = document.getElementById("select2-" + select.id + "-container");
      if (!label || !shown) return;
      label.id = "label-of-" + select.id;
      shown.setAttribute("aria-labelledby", label.id);
      shown.closest('[role="combobox"]').setAttribute("aria-labelledby", label.id + " " + shown.id);
    });
  }
  // Django makes the selects in jQuery's own ready queue, which may end after the load event.
  if (window.django && window.django.jQuery) window.django.jQuery(nameSelects);

  // The search field is made when a select opens, and takes the focus at once.
  document.addEventListener("focusin", function (event) {
    if (!event.target.matches(".select2-search__field")) return;
    var open = document.querySelector('.select2-container--open [role="combobox"]');
    if (!open) return;
    var list = open.getAttribute("aria-owns");
    var label = labelOf(list.replace(/^select2-|-results$/g, ""));
    open.setAttribute("aria-controls", list);
    if (label) event.target.setAttribute("aria-label", label.textContent);
  });
})();
