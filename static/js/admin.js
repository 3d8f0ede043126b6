// Django admin's searching selects say only their value to screen readers; this adds the label.
(function () {
  "use strict";

  function nameSelects() {
    document.querySelectorAll("select.admin-autocomplete").forEach(function (select) {
      var label = document.querySelector('label[for="' + select.id + '"]');
      var box = document.querySelector('[aria-labelledby="select2-' + select.id + '-container"]');
      if (!label || !box) return;
      label.id = "label-of-" + select.id;
      box.setAttribute("aria-labelledby", label.id + " " + box.getAttribute("aria-labelledby"));
    });
  }
  window.addEventListener("load", nameSelects);
})();
