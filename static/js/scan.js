// The table where letters go into envelopes: a scanner types, nothing is lost. Without it, plain forms.
(function () {
  "use strict";

  var WEIGHTS = [8, 6, 4, 2, 3, 5, 9, 7]; // UPU S10
  var SHELF = "scan-tone";
  var page = document.querySelector("[data-scan-page]");
  var form = page && page.querySelector("form[data-scan]");
  if (!form) return;
  var letter = form.elements.letter;
  var number = form.elements.number;
  var said = form.querySelector("[data-said]");
  var stopped = false; // after a wrong scan, until a person presses the space bar
  var sending = false;
  var sound = null;
  form.classList.add("by-script");

  // ---- What was read ---------------------------------------------------------------------------

  // ISO 7064 MOD 97-10, in steps that a number of the browser can hold.
  function letterChecks(code) {
    if (!/^\d{16}$/.test(code)) return false;
    var rest = 0;
    for (var i = 0; i < 16; i += 1) rest = (rest * 10 + Number(code[i])) % 97;
    return rest === 1;
  }

  function numberChecks(text) {
    var parts = /^([A-Z]{2})(\d{8})(\d)VN$/.exec(text);
    if (!parts) return false;
    var sum = 0;
    for (var i = 0; i < 8; i += 1) sum += WEIGHTS[i] * Number(parts[2][i]);
    var digit = 11 - (sum % 11);
    return (digit === 10 ? 0 : digit === 11 ? 5 : digit) === Number(parts[3]);
  }

  function plain(text) {
    return text.replace(/[\s.-]/g, "").toUpperCase();
  }

  // ---- Tones: high for right, low for wrong; off until the clerk turns them on ------------------------

  var bell = document.querySelector("[data-tone]");
  function wantsTone() {
    try {
      return localStorage.getItem(SHELF) === "1";
    } catch (error) {
      return false;
    }
  }
  function showBell() {
    bell.hidden = false;
    bell.setAttribute("aria-pressed", String(wantsTone()));
  }
  function tone(pitch, seconds) {
    if (!wantsTone() || !window.AudioContext) return;
    sound = sound || new AudioContext();
    var voice = sound.createOscillator();
    var loud = sound.createGain();
    loud.gain.value = 0.2;
    voice.frequency.value = pitch;
    voice.connect(loud).connect(sound.destination);
    voice.start();
    voice.stop(sound.currentTime + seconds);
  }
  bell.addEventListener("click", function () {
    try {
      localStorage.setItem(SHELF, wantsTone() ? "0" : "1");
    } catch (error) {
      // nowhere to keep it: the tone stays off
    }
    showBell();
    tone(880, 0.12);
    letter.focus();
  });
  showBell();

  // ---- The two fields --------------------------------------------------------------------------

  function tell(words) {
    said.textContent = words;
    said.hidden = !words;
  }

  function atLetter() {
    number.closest(".entry").classList.toggle("is-waiting", !letter.value);
    (letter.value ? number : letter).focus();
  }

  function stop() {
    stopped = true;
    form.setAttribute("data-stopped", "");
    var button = page.querySelector("[data-go-on]");
    if (button) button.hidden = false;
    tone(196, 0.5);
  }

  function goOn() {
    stopped = false;
    form.removeAttribute("data-stopped");
    var button = page.querySelector("[data-go-on]");
    if (button) button.hidden = true;
    tell("");
    letter.value = number.value = "";
    atLetter();
  }

  function refuse(field, words) {
    tell(words);
    field.value = "";
    field.setAttribute("aria-invalid", "true");
    field.focus();
    tone(196, 0.5);
  }

  function take(field) {
    field.setAttribute("aria-invalid", "false");
    field.value = plain(field.value);
    if (!field.value) return;
    if (field === letter) {
      if (!letterChecks(letter.value)) {
        refuse(letter, page.dataset.wrongLetter);
        return;
      }
      tell("");
      atLetter();
      return;
    }
    if (!letter.value) {
      refuse(number, page.dataset.wrongLetter);
      atLetter();
      return;
    }
    send();
  }

  // A Vietnamese input method must not touch what a scanner types: signs are taken by their keys.
  function signOf(event) {
    var found = /^(?:Digit|Numpad)(\d)$/.exec(event.code);
    if (found) return event.shiftKey ? "" : found[1];
    found = /^Key([A-Z])$/.exec(event.code);
    return found ? found[1] : "";
  }

  function put(field, sign) {
    var from = field.selectionStart;
    field.setRangeText(sign, from, field.selectionEnd, "end");
  }

  form.addEventListener("keydown", function (event) {
    var field = event.target;
    if (field !== letter && field !== number) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (stopped) {
      if (event.key !== "Tab") event.preventDefault();
      if (event.code === "Space") goOn();
      else if (event.key === "Enter") tone(196, 0.5); // what is scanned now is not taken
      return;
    }
    if (event.key === "Enter") {
      event.preventDefault();
      take(field);
      return;
    }
    var sign = signOf(event);
    if (!sign) {
      if (event.code === "Space") event.preventDefault();
      return;
    }
    event.preventDefault();
    if (field === letter && !/\d/.test(sign)) return; // the code on a letter is digits alone
    if (field.value.length < field.maxLength) put(field, sign);
  });
  form.addEventListener("beforeinput", function (event) {
    if (event.isComposing || event.inputType === "insertCompositionText") event.preventDefault();
  });
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    take(letter.value && number.value ? number : letter);
  });

  // ---- Sending one pair -------------------------------------------------------------------------

  function send() {
    if (sending) return;
    sending = true;
    fetch(form.action, { method: "POST", body: new FormData(form), credentials: "same-origin" })
      .then(function (answer) {
        if (!answer.ok) throw new Error(String(answer.status));
        return answer.text();
      })
      .then(show)
      .catch(function () { form.submit(); }); // the plain way, which shows what is wrong
  }

  function show(html) {
    var fresh = new DOMParser().parseFromString(html, "text/html");
    var theirs = fresh.querySelector("[data-scan-page]");
    if (!theirs || !theirs.querySelector("form[data-scan]")) {
      location.reload(); // signed out, or the run was closed meanwhile
      return;
    }
    page.querySelectorAll("[data-part]").forEach(function (mine) {
      var other = theirs.querySelector('[data-part="' + mine.dataset.part + '"]');
      if (other && mine.dataset.part !== "fields") mine.replaceChildren.apply(mine, other.childNodes);
    });
    sending = false;
    letter.value = number.value = "";
    page.dataset.result = theirs.dataset.result;
    if (theirs.dataset.result === "matched") tone(880, 0.12);
    else stop();
    atLetter();
  }

  page.addEventListener("click", function (event) {
    if (event.target.closest("[data-go-on]")) goOn();
  });

  // The cursor comes back to the field: a scan into nowhere is a lost scan.
  document.addEventListener("keydown", function (event) {
    if (event.target !== document.body || event.ctrlKey || event.metaKey || event.altKey) return;
    if (stopped && event.code === "Space") {
      event.preventDefault();
      goOn();
      return;
    }
    var sign = signOf(event);
    if (!sign || stopped) return;
    event.preventDefault();
    atLetter();
    put(document.activeElement, sign);
  });

  if (page.dataset.result && page.dataset.result !== "matched" && page.dataset.result !== "taken_back") {
    stop();
  }
  atLetter();
})();
