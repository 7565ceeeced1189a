package auction

import (
	"sync/atomic"
	"unique"

	"lightshare/events"
)

// shared returns s as all lots hold it together. With a million of them in memory it counts that their sellers, formats
// and currencies are few.
func shared[S ~string](s S) S { return S(unique.Make(string(s)).Value()) }

// sharing returns n with what other listings are likely to say too held together with them.
func sharing(n events.Listing) events.Listing {
	n.Seller, n.SellerName, n.Type = shared(n.Seller), shared(n.SellerName), shared(n.Type)
	n.Terms.Format, n.Terms.Currency = shared(n.Terms.Format), shared(n.Terms.Currency)
	return n
}

// newestVerdict is the verdict that was last given on any lot.
var newestVerdict atomic.Pointer[events.Verdict]

// sharedVerdict returns v as other lots hold it. One list says the same of nearly all listings: that they are allowed.
func sharedVerdict(v events.Verdict) *events.Verdict {
	if newest := newestVerdict.Load(); newest != nil && *newest == v {
		return newest
	}
	newestVerdict.Store(&v)
	return &v
}
