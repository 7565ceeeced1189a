package e2e

import "testing"

// plain: everything but the download works in a browser that runs no script. Pages then show what is so when they are
// opened.
func plain(t *testing.T, w *world) {
	w.stall(t, "Old Machine", map[string]string{
		"Punched cards.png":              pixels(31),
		"Punched cards.png.listing.yaml": "title: Punched cards\nauction:\n  start: \"8.00\"\n  duration: 1h\n",
		"Teletype.txt":                   "RYRYRYRYRY\n",
		"Teletype.txt.listing.yaml":      "title: Teletype test pattern\nprice: \"0.90\"\n",
	})
	b := w.tab(t, w.market)
	b.withoutScript()
	b.signIn("otto@example.com")

	b.open(w.lot(t, "Punched cards"))
	b.fill("#max", "7.99")
	b.click(`form[action$="/bid"] button`)
	b.reads("#wrong", "The least bid is now $8.00")
	b.fill("#max", "11.00")
	b.click(`form[action$="/bid"] button`)
	b.reads("main", "First, save a card")
	b.click("#save-card")
	b.click("#enter-card")
	putCard(b, AskingCard)
	b.reads("#bank", "Your bank asks")
	b.click(`button[value="confirm"]`)
	b.reads("main", "Your card is saved: Visa ending in 3184.")
	b.reads("h1", "Confirm your bid")
	b.click("#confirm")
	b.reads("#you", "You lead")
	b.reads("main", "Your bid of up to $11.00 was accepted.")

	search(b, "teletype", "Teletype test pattern")
	b.click(`form[action$="/buy"] button`)
	b.sees("the order", `location.pathname.startsWith("/orders/")`)
	order := value[string](b, `location.pathname`)
	b.opens(order, "#pay", "Pay $0.90")
	payTwice(b)
	b.opens(order, "#order", "Ready to download")
	b.reads("#fetch noscript", "Downloading in the page needs JavaScript. The command below does the same without it.")
	if ran := value[string](b, `document.getElementById("transfer").textContent`); ran != "" {
		t.Errorf("a script ran: the download says %q", ran)
	}
	b.click(`header .account summary`)
	b.click(`header .account button`)
	b.reads("header", "Sign in")
}
