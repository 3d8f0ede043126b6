// Signing on the screen: what is drawn goes with the form as a PNG. Without it: the scan or the name.
(function () {
  "use strict";

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
