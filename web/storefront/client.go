package storefront

import (
	"embed"
	"net/http"

	"lightshare/web/view"
)

//go:embed assets
var modules embed.FS

// client serves the modules that fetch a file from the seller.
var client = view.MustBundle("/client/", modules, "assets")

// clientFile serves one of them. A Worker is held to the policy of its own file, and ours fetches from the seller.
func (f *Front) clientFile(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Content-Security-Policy", policy(anywhere))
	client.ServeHTTP(w, r)
	return nil
}
