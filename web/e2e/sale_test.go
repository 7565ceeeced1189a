package e2e

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

const packSize = 64 << 20 // bytes

// sale: a buyer with nothing but a browser finds a file, is told that his card is declined, pays with another, and
// receives the file from the seller's disk though the seller goes away in the middle.
func sale(t *testing.T, w *world) {
	port := freePort(t)
	way := newLine(t, "127.0.0.1:"+port)
	pack := noise(packSize, 1)
	seller := w.stall(t, "Gull Rock Records", map[string]string{
		"Gull Rock sample pack.zip":              pack,
		"Gull Rock sample pack.zip.listing.yaml": "title: Gull Rock sample pack\ndescription: Waves, gulls and one foghorn.\nprice: \"12.00\"\nedition: 10\n",
		"봄날의 노래.wav":                             noise(4000, 2),
		"봄날의 노래.wav.listing.yaml":                "title: 봄날의 노래\ndescription: 봄에 녹음한 노래입니다.\nprice: \"3000\"\ncurrency: KRW\n",
	}, "--http", "127.0.0.1:"+port, "--https", "off", "--advertise", way.URL())

	b := w.tab(t, w.market)
	b.signIn("sam@example.com")
	search(b, "노래", "봄날의 노래")
	b.reads("#deal", "₩3,000")
	search(b, "gull rock", "Gull Rock sample pack")
	b.reads("#deal", "$12.00")
	b.reads("#deal", "10 of 10 left")
	b.reads("#seller", "online now")
	b.click(`form[action$="/buy"] button`)
	b.reads("#order", "Waiting for your payment")
	payTwice(b)

	b.sees("the download", `document.getElementById("order").dataset.orderState === "delivering"`)
	b.mark()
	way.after(20<<20, seller.Kill)
	b.click("#save")
	b.reads("#transfer", "The seller’s computer does not answer. The download goes on by itself")
	b.reads("#seller", "offline")
	if checked := value[float64](b, `document.getElementById("checked").value`); checked < 0.2 || checked > 0.5 {
		t.Errorf("with the seller gone after 20 of 64 MiB, %.2f of the file is shown as checked", checked)
	}
	if err := seller.Start(within(t)); err != nil {
		t.Fatal(err)
	}
	b.sees("the end of the download", `document.getElementById("transfer").dataset.transfer === "done"`)
	b.reads("#transfer", "every byte arrived and checked out")
	if got := b.received("Gull Rock sample pack.zip", packSize); !bytes.Equal(got, []byte(pack)) {
		t.Error("the file on the buyer's disk differs from the seller's")
	}
	if passed := way.passed.Load(); passed > packSize+packSize/8 {
		t.Errorf("%d MiB came from the seller for a file of 64 MiB: it did not go on where it was", passed>>20)
	}
	b.sees("that it is paid", `document.getElementById("order").dataset.orderState === "captured"`)
	b.reads("#order", "$12.00")
	if !b.unmoved() {
		t.Error("the order's page was loaded anew in between")
	}
	b.open("/orders")
	b.reads("main", "Gull Rock sample pack")
}

// search looks for words in the header's field, and opens the listing of that title.
func search(b *tab, words, title string) {
	b.t.Helper()
	b.open("/")
	b.fill("#q", words)
	b.click(`form[role="search"] button`)
	b.sees("the results", `location.pathname === "/search"`)
	b.reads(".card:first-child h3", title)
	b.click(`.card:first-child h3 a`)
	b.reads("#title", title)
}

// payTwice opens the payment page, is declined, and pays.
func payTwice(b *tab) {
	b.t.Helper()
	b.click("#pay")
	putCard(b, DeclinedCard)
	b.reads(`[role="alert"]`, "declined")
	b.fill("#number", GoodCard)
	b.fill("#cvc", "123")
	b.click("main form button")
	b.sees("the order again", `location.pathname.startsWith("/orders/")`)
}

// putCard fills in the payment provider's page.
func putCard(b *tab, card string) {
	b.t.Helper()
	b.sees("the provider's page", `document.getElementById("number")`)
	b.fill("#number", card)
	b.fill("#expiry", "12 / 40")
	b.fill("#cvc", "123")
	b.click("main form button")
}

// changed: a byte of the file changes on the seller's disk after the sale. The buyer is told so, receives nothing wrong
// and is not charged; when the right file is back, it is delivered.
func changed(t *testing.T, w *world) {
	right := noise(1<<20, 3)
	seller := w.stall(t, "Slow Press", map[string]string{
		"Field guide.pdf":              right,
		"Field guide.pdf.listing.yaml": "title: Field guide to slow rivers\nprice: \"4.00\"\n",
	})
	buyer := w.person(t, "Uma")
	order, err := buyer.Buy(within(t), w.lot(t, "Field guide to slow rivers"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := buyer.Pay(within(t), order, GoodCard); err != nil {
		t.Fatal(err)
	}
	b := w.tab(t, w.market)
	b.as(buyer)
	b.open(order)
	b.sees("the download", `document.getElementById("order").dataset.orderState === "delivering"`)
	b.mark()

	path := filepath.Join(seller.folder, "Field guide.pdf")
	flip(t, path, 700_000)
	b.click("#save")
	b.reads("#transfer", "does not have this file ready right now")
	if state := value[string](b, `document.getElementById("order").dataset.orderState`); state != "delivering" {
		t.Errorf("with the seller's file changed the order is %s, want delivering", state)
	}
	if saved, err := os.ReadDir(b.folder); err != nil || len(saved) > 0 {
		t.Errorf("files that were saved: %v (%v), want none", saved, err)
	}
	flip(t, path, 700_000)
	b.sees("the end of the download", `document.getElementById("transfer").dataset.transfer === "done"`)
	if got := b.received("Field guide.pdf", len(right)); string(got) != right {
		t.Error("the file on the buyer's disk differs from the one that was offered")
	}
	if !b.unmoved() {
		t.Error("the order's page was loaded anew in between")
	}
}

// flip changes a byte of a file where it lies, or changes it back.
func flip(t *testing.T, path string, at int64) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	one := make([]byte, 1)
	if _, err := f.ReadAt(one, at); err != nil {
		t.Fatal(err)
	}
	one[0] ^= 0x20
	if _, err := f.WriteAt(one, at); err != nil {
		t.Fatal(err)
	}
}
