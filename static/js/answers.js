// Printing the receipt is a courtesy of the browser: the button shows only where a script can do it.
"use strict";

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
