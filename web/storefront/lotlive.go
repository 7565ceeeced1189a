package storefront

import (
	"fmt"
	"net/http"

	"github.com/a-h/templ"

	"lightshare/events"
	"lightshare/web/storefront/catalogue"
	"lightshare/web/storefront/live"
	"lightshare/web/view/words"
)

// lotLive is the stream of a lot's page.
func (f *Front) lotLive(w http.ResponseWriter, r *http.Request) error {
	l, err := f.lotIn(r)
	if err != nil {
		return err
	}
	watch := f.hub.Watch(catalogue.Topic(l.ID()), bidsTopic(l.ID()))
	defer watch.Close()
	s := &lotStream{front: f, request: r, id: l.ID(), sent: make(set), who: f.viewer(r)}
	s.bid = f.hasBid(r.Context(), s.who.User, l.ID())
	sells, err := f.sells(r.Context(), s.who.User, l)
	if err != nil {
		return err
	}
	s.own = sells != ""
	return f.run(w, r, watch, s.next)
}

// A lotStream is what one visitor's page of a lot has been told.
type lotStream struct {
	front   *Front
	request *http.Request
	id      events.LotID
	who     viewer
	bid     bool // the visitor has bid on the lot
	own     bool // it is the visitor's own
	sent    set
	form    string // for which the forms were drawn
	part    part
	price   int64
	started bool
}

func (s *lotStream) next() (string, live.Frame, error) {
	l, ok := s.front.market.Lot(s.id)
	if !ok {
		return "", live.Frame{}, fmt.Errorf("lot %s: %w", s.id, errNotFound)
	}
	user := s.who.User
	s.bid = s.bid || user != "" && (l.Standing.Leader == user || l.Standing.Outbid == user)
	public, err := s.front.lotPieces(s.request, l)
	if err != nil {
		return "", live.Frame{}, err
	}
	own, err := s.ownPieces(l)
	if err != nil {
		return "", live.Frame{}, err
	}
	frame := live.Frame{HTML: s.sent.news(public, own), Title: l.Title + " – Lightshare"}
	s.announce(l, &frame)
	if len(frame.HTML) == 0 {
		return "", frame, nil
	}
	return fmt.Sprintf("%d.%d.%t.%d", l.Version, l.Standing.Version, l.Presence.Online, newestOf(s.front.history.known(l))), frame, nil
}

// newestOf returns the number of the newest of the bids; 0 without any.
func newestOf(bids []events.Bid) uint64 {
	if len(bids) == 0 {
		return 0
	}
	return bids[0].Seq
}

// ownPieces draws what only this visitor sees. The forms are drawn again only when they differ, since each holds a new id.
func (s *lotStream) ownPieces(l *catalogue.Lot) (map[string]string, error) {
	v := lotViewOf(words.Of(s.request.Context()), l, s.front.Clock.Now())
	mine := map[string]templ.Component{
		"you":     youPiece(youOf(words.Of(s.request.Context()), l, s.who.User, s.bid)),
		"history": historyPiece(l.ID(), bidLines(s.front.history.known(l), l.Terms.Currency), v.IsAuction),
	}
	if v.IsAuction {
		mine["least"] = leastPiece(v, partOf(l, s.who.User, s.bid) == partLeading)
	}
	if form := actKey(v, s.own); form != s.form {
		s.form = form
		act := actOf(bidForm{})
		act.Own, act.Leads = s.own, partOf(l, s.who.User, s.bid) == partLeading
		mine["act"] = actPiece(v, act)
	}
	return drawAll(s.request, mine)
}

// announce says in words what matters: politely that the price moved, at once that the visitor was outbid.
func (s *lotStream) announce(l *catalogue.Lot, frame *live.Frame) {
	was, now := s.part, partOf(l, s.who.User, s.bid)
	prefix := ""
	if now == partOutbid {
		prefix = say(s.request.Context(), "Outbid!") + " "
	}
	frame.Prefix = &prefix
	if s.started && was != now {
		you := youOf(words.Of(s.request.Context()), l, s.who.User, s.bid)
		if now != partNone {
			frame.Alert = you.Heading + ". " + you.Text
		}
	} else if s.started && l.Standing.Price != s.price {
		in := words.Of(s.request.Context())
		_, price := priceOf(in, l)
		frame.Say = in.Say("Now at %s, %s.", price, in.Say("%d bids", l.Standing.Bids))
	}
	s.part, s.price, s.started = now, l.Standing.Price, true
}

// lotPieces draws what everybody sees of the lot's page.
func (f *Front) lotPieces(r *http.Request, l *catalogue.Lot) (map[string]string, error) {
	return f.pieces.of(r, l, "page", func() (map[string]string, error) {
		v := lotViewOf(words.Of(r.Context()), l, f.Clock.Now())
		return drawAll(r, map[string]templ.Component{
			"title": titlePiece(v), "about": aboutPiece(v), "deal": dealPiece(v), "state": statePiece(v),
			"seller": sellerPiece(v),
		})
	})
}
