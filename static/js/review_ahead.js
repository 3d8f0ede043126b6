// The cases behind the one on the screen: fetched, and their pictures decoded, before they are needed.
window.reviewAhead = function (loadPictures) {
  "use strict";

  var kept = []; // in the order they come on the screen
  var asking = false;
  var round = 0; // what an older question brings is thrown away

  function fill(main) {
    if (asking) return;
    asking = true;
    var mine = round;
    var query = new URLSearchParams({
      tab: main.dataset.tab, loai: main.dataset.kind, co: tokens(main).join(",")
    });
    fetch(main.dataset.ahead + "?" + query).then(function (answer) {
      return answer.ok ? answer.text() : "";
    }).then(function (html) {
      var piece = new DOMParser().parseFromString(html, "text/html");
      return Promise.all(Array.from(piece.querySelectorAll("main.review")).map(prepare));
    }).then(function (found) {
      asking = false;
      if (mine === round) kept = kept.concat(found);
      else found.forEach(forget);
    }, function () {
      asking = false; // the next verdict asks again
    });
  }

  function tokens(main) {
    return [main.dataset.token].concat(kept.map(function (each) { return each.token; }));
  }

  // Taken into this document so that the browser decodes the pictures while nobody waits.
  function prepare(main) {
    return loadPictures(main).then(function (addresses) {
      var ready = { token: main.dataset.token, main: document.adoptNode(main), addresses: addresses };
      var pictures = Array.from(ready.main.querySelectorAll(".frame .stage > img"));
      return Promise.allSettled(pictures.map(function (picture) { return picture.decode(); }))
        .then(function () { return ready; });
    });
  }

  function forget(each) {
    each.addresses.forEach(function (address) { if (address) URL.revokeObjectURL(address); });
  }

  function next() {
    return kept.shift() || null;
  }

  function putBack(each) {
    kept.unshift(each);
  }

  function drop() {
    round += 1;
    kept.forEach(forget);
    kept = [];
  }

  return { fill: fill, next: next, putBack: putBack, drop: drop };
};
