package deliver

import (
	"context"
	"fmt"

	"lightshare/events"
	"lightshare/events/sealed"
)

// Goods are what a ticket is for: the sealed records of a listing's file, or its plain ones if they were sold before
// files were sealed.
type goods struct {
	listing events.Listing
	plain   bool
	key     sealed.Key // to the sealed ones
}

// goodsOf returns what the ticket is for, if the listing still has it. The error wraps [events.NotForSale] if not.
func (h *Handler) goodsOf(ctx context.Context, t sealed.Ticket, l events.Listing) (goods, error) {
	g := goods{listing: l, plain: t.Sealed == ""}
	switch {
	case l.Withdrawn:
		return g, fmt.Errorf("listing %s: %s: %w", l.ID, l.Reason, events.NotForSale)
	case l.Root != t.Root || l.Size != t.Size || !g.plain && l.SealedRoot != t.Sealed:
		return g, fmt.Errorf("listing %s: the file has changed since it was sold: %w", l.ID, events.NotForSale)
	case g.plain:
		return g, nil
	}
	var err error
	g.key, err = h.shelf.Key(ctx, l.SealedRoot)
	return g, err
}

// size is in bytes.
func (g goods) size() int64 {
	if g.plain {
		return g.listing.Size
	}
	return sealed.SealedSize(g.listing.Size)
}

// records is how many leaves the tree has.
func (g goods) records() int64 {
	if g.plain {
		return sealed.Records(g.listing.Size)
	}
	return sealed.SealedRecords(g.listing.Size)
}

// root is that of the tree.
func (g goods) root() string {
	if g.plain {
		return g.listing.Root
	}
	return g.listing.SealedRoot
}

// fileName is for whoever saves what is sent as it is.
func (g goods) fileName() string {
	if g.plain {
		return g.listing.FileName
	}
	return g.listing.FileName + ".sealed"
}

// tag is the entity tag of the bytes.
func (g goods) tag() string { return `"` + g.root() + `"` }
