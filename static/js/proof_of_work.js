// The sum a browser works out before it may ask (ALTCHA, version 1): a worker of our own origin tries
// numbers while the person types. A form that is sent too early waits for it and then goes by itself.
(function () {
  "use strict";

  var box = document.querySelector("[data-proof]");
  if (!box || !box.dataset.proof) return;
  var form = box.closest("form");
  var field = box.querySelector("input[name=proof]");
  var words = box.querySelector("[data-proof-words]");
  var challenge = JSON.parse(box.dataset.proof);
  var button = null;
  var asked = false;
  var hopeless = false;

  function say(text) {
    words.textContent = text;
    words.hidden = false;
  }

  function fail() {
    hopeless = true;
    say(box.dataset.failed);
  }

  function finish(number) {
    field.value = btoa(JSON.stringify({
      algorithm: challenge.algorithm,
      challenge: challenge.challenge,
      number: number,
      salt: challenge.salt,
      signature: challenge.signature
    }));
    say(box.dataset.ready);
    if (asked) form.requestSubmit(button || undefined);
  }

  form.addEventListener("submit", function (event) {
    if (field.value || hopeless) return;
    event.preventDefault();
    event.stopPropagation();
    asked = true;
    button = event.submitter;
    say(box.dataset.waiting);
  });

  // Back from the answer: this sum is used, a fresh page brings another.
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) window.location.reload();
  });

  words.hidden = false;
  if (typeof Worker === "undefined") {
    fail();
    return;
  }
  var worker = new Worker(box.dataset.worker);
  worker.addEventListener("message", function (event) {
    worker.terminate();
    if (event.data < 0) fail();
    else finish(event.data);
  });
  worker.addEventListener("error", fail);
  worker.postMessage({ salt: challenge.salt, sought: challenge.challenge, most: challenge.maxnumber });
})();
