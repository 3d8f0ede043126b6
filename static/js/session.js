// Signing on the screen: what is drawn goes with the form as a PNG. Without it: the scan or the name.
(function () {
  "use strict";

  // Nobody can be had who confirms a refusal: then there is no name and no signature to take.
  document.querySelectorAll('select[name="confirmed_by"]').forEach(function (choice) {
    function entry(name) {
      var field = choice.form.querySelector('[name="' + name + '"]');
      return field && field.closest(".entry");
    }
    function follow() {
      var nobody = choice.value === "nobody";
      ["confirmer_name", "scan", "typed"].map(entry).forEach(function (part) {
        if (part) part.hidden = nobody;
      });
      var pad = choice.form.querySelector("[data-pad]");
      if (pad) pad.hidden = nobody;
      var why = entry("unconfirmed");
      if (why) why.hidden = !nobody;
      var name = choice.form.querySelector('[name="confirmer_name"]');
      if (nobody && name) name.value = "";
    }
    choice.addEventListener("change", follow);
    window.addEventListener("pageshow", follow);
    setTimeout(follow, 0);
  });

  document.querySelectorAll("form[data-signs]").forEach(function (form) {
    var pad = form.querySelector("[data-pad]");
    var field = form.querySelector('input[name="drawn"]');
    if (!pad || !field) return;
    var sheet = pad.querySelector("canvas");
    var pen = sheet.getContext("2d");
    var drawing = false;
    pad.hidden = false;

    function clear() {
      pen.fillStyle = "#FFFFFF";
      pen.fillRect(0, 0, sheet.width, sheet.height);
      pen.strokeStyle = "#10232B";
      pen.lineWidth = 3;
      pen.lineCap = "round";
      pen.lineJoin = "round";
      field.value = "";
    }

    function where(event) {
      var box = sheet.getBoundingClientRect();
      return [(event.clientX - box.left) * sheet.width / box.width, (event.clientY - box.top) * sheet.height / box.height];
    }

    sheet.addEventListener("pointerdown", function (event) {
      drawing = true;
      sheet.setPointerCapture(event.pointerId);
      var at = where(event);
      pen.beginPath();
      pen.moveTo(at[0], at[1]);
      event.preventDefault();
    });
    sheet.addEventListener("pointermove", function (event) {
      if (!drawing) return;
      var at = where(event);
      pen.lineTo(at[0], at[1]);
      pen.stroke();
    });
    ["pointerup", "pointercancel"].forEach(function (name) {
      sheet.addEventListener(name, function () {
        if (!drawing) return;
        drawing = false;
        field.value = sheet.toDataURL("image/png");
      });
    });
    pad.querySelector("[data-pad-clear]").addEventListener("click", clear);
    clear();
  });
})();
