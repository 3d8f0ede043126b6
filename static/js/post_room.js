// The post room: choosing papers, and scanning labels without losing one. Without it, plain forms.
(function () {
  "use strict";

  var WEIGHTS = [8, 6, 4, 2, 3, 5, 9, 7]; // UPU S10

  // ---- Choosing --------------------------------------------------------------------------

  function boxes(name) {
    return Array.from(document.querySelectorAll('input[name="' + name + '"]'));
  }

  function count() {
    document.querySelectorAll("[data-count-of]").forEach(function (place) {
      var all = boxes(place.dataset.countOf);
      var chosen = all.filter(function (box) { return box.checked; }).length;
      place.textContent = chosen + " / " + all.length + " " + place.dataset.words;
    });
  }

  document.addEventListener("change", function (event) {
    var master = event.target.dataset.checks;
    if (master) boxes(master).forEach(function (box) { box.checked = event.target.checked; });
    count();
  });
  count();

  // ---- Waiting for the worker --------------------------------------------------------------

  var waiting = document.querySelector("[data-reload]");
  if (waiting) setTimeout(function () { location.reload(); }, 1000 * waiting.dataset.reload);

  // ---- Scanning ------------------------------------------------------------------------------

  var form = document.querySelector("form[data-scans]");
  if (!form) return;
  var fields = Array.from(form.querySelectorAll('input[name^="number-"]'));
  var shelf = "scans-" + form.dataset.scans; // what was scanned survives a reload of the page

  function plain(text) {
    return text.replace(/[\s.-]/g, "").toUpperCase();
  }

  function checks(number) {
    var parts = /^([A-Z]{2})(\d{8})(\d)VN$/.exec(number);
    if (!parts) return false;
    var sum = 0;
    for (var i = 0; i < 8; i += 1) sum += WEIGHTS[i] * Number(parts[2][i]);
    var digit = 11 - (sum % 11);
    return (digit === 10 ? 0 : digit === 11 ? 5 : digit) === Number(parts[3]);
  }

  function fault(field) {
    var number = plain(field.value);
    if (!number) return "";
    if (!checks(number)) return form.dataset.wrong;
    var twice = fields.some(function (other) { return other !== field && plain(other.value) === number; });
    return twice ? form.dataset.twice : "";
  }

  function judge(field) {
    var found = fault(field);
    var place = field.parentElement.querySelector(".entry-error");
    place.textContent = found;
    place.hidden = !found;
    field.setAttribute("aria-invalid", String(Boolean(found)));
    var done = fields.filter(function (one) { return plain(one.value) && !fault(one); }).length;
    document.querySelectorAll("[data-scanned]").forEach(function (figure) { figure.textContent = done; });
    return !found;
  }

  function keep() {
    var kept = {};
    fields.forEach(function (field) { if (field.value) kept[field.name] = field.value; });
    try {
      sessionStorage.setItem(shelf, JSON.stringify(kept));
    } catch (error) {
      // nowhere to keep it: the fields hold it until the page is left
    }
  }

  function recall() {
    var kept = {};
    try {
      kept = JSON.parse(sessionStorage.getItem(shelf) || "{}");
    } catch (error) {
      return;
    }
    fields.forEach(function (field) { if (!field.value && kept[field.name]) field.value = kept[field.name]; });
  }

  // A scanner types the label and then Enter: go on to the next field, never send the form.
  form.addEventListener("keydown", function (event) {
    var place = fields.indexOf(event.target);
    if (place < 0 || event.key !== "Enter") return;
    event.preventDefault();
    keep();
    if (!judge(event.target)) {
      event.target.select();
      return;
    }
    var next = fields.slice(place + 1).find(function (field) { return !field.value; });
    (next || form.querySelector("button")).focus();
  });
  form.addEventListener("change", function (event) {
    if (fields.indexOf(event.target) >= 0) judge(event.target);
    keep();
  });

  recall();
  fields.forEach(function (field) { if (field.value) judge(field); });
})();
