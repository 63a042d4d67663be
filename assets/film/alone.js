// The film as a page of its own: its data lie beside it.

new Reel(document.body).receive({ data: JSON.parse(document.getElementById("data").textContent) });
