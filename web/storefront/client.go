package storefront

import (
	"embed"

	"lightshare/web/view"
)

//go:embed assets
var embedded embed.FS

// client serves the modules that fetch a file from the seller.
var client = view.MustBundle("/client/", embedded, "assets")
