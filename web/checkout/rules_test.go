package checkout

import (
	"crypto/ed25519"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
	"testing"
	"time"

	"lightshare/events"
	"lightshare/events/journal"
	"lightshare/events/sealed"
)

var (
	noon   = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	client = ed25519.NewKeyFromSeed([]byte(strings.Repeat("k", ed25519.SeedSize)))
	other  = ed25519.NewKeyFromSeed([]byte(strings.Repeat("o", ed25519.SeedSize)))
	root   = strings.Repeat("ab", 32)
	closed = strings.Repeat("ef", 32) // over the sealed records
)

const (
	week   = 7 * 24 * time.Hour
	seller = events.SellerID("abcdefghijklmnop")
)

func purchase(kind events.OrderKind) events.CreateOrder {
	var card events.Card
	if kind == withCard {
		kind, card = events.OrderWon, events.Card{Customer: "cus", Method: "pm"}
	}
	return events.CreateOrder{
		Card:  card,
		Order: "o1", Kind: kind, Lot: seller.Listing("song").Lot(), Seller: seller, Buyer: "u1",
		Price: events.Money{Amount: 1250, Currency: events.USD}, Title: "A song", FileName: "song.flac",
		Size: 1000, Type: "audio/flac", Root: root, SealedRoot: closed,
	}
}

// withCard stands for a won lot whose winner has saved a card.
const withCard events.OrderKind = "won, with a card"

var refusedCard = events.RecordCardRefused{Payment: "pi", Code: "authentication_required"}

func held(payment string) events.RecordAuthorised {
	return events.RecordAuthorised{Payment: payment, Amount: purchase("").Price, CaptureBefore: noon.Add(week)}
}

func receipt(key ed25519.PrivateKey, change func(*sealed.Receipt)) events.RecordDelivery {
	r := sealed.Receipt{Order: "o1", Root: closed, Bytes: sealed.SealedSize(1000), At: noon}
	if change != nil {
		change(&r)
	}
	return events.RecordDelivery{Receipt: r.Sign(key)}
}

// life is an order whose commands are decided a second apart.
type life struct {
	t *testing.T
	journal.Entity[Order]
	now time.Time
}

func begin(t *testing.T, kind events.OrderKind, commands ...events.Command) *life {
	l := &life{t: t, now: noon}
	l.do(purchase(kind))
	l.do(commands...)
	return l
}

// do decides commands that must be accepted.
func (l *life) do(commands ...events.Command) {
	l.t.Helper()
	for _, c := range commands {
		if err := l.try(c); err != nil {
			l.t.Fatalf("%s in state %s: %v", c.CommandKind(), l.State.State, err)
		}
	}
}

func (l *life) try(c events.Command) error {
	l.now = l.now.Add(time.Second)
	_, err := l.Decide(Rules{}, "o1", "", c, nil, l.now)
	return err
}

// What was listed before files were sealed is signed for as it is, and needs no key.
func TestPlainOrder(t *testing.T) {
	l := &life{t: t, now: noon}
	c := purchase(events.OrderWon)
	c.SealedRoot = ""
	l.do(c, page, held("pi"), bind)
	if err := l.try(receipt(client, nil)); !errors.Is(err, events.NoReceipt) {
		t.Errorf("receipt for a sealed file = %v, want %v", err, events.NoReceipt)
	}
	l.do(receipt(client, func(r *sealed.Receipt) { r.Root, r.Bytes = root, 1000 }), money)
	if l.State.State != Captured {
		t.Errorf("order is %s, want %s", l.State.State, Captured)
	}
}

// expire lets the order's deadline pass, and the reminders on the way.
func (l *life) expire() {
	l.t.Helper()
	for reminded := -1; l.State.Reminded != reminded; {
		reminded = l.State.Reminded
		at, c := Rules{}.Deadline(l.State)
		if c == nil {
			l.t.Fatalf("state %s has no deadline", l.State.State)
		}
		l.now = at
		l.do(c)
	}
}

var (
	page  = events.RecordSession{Session: "cs1", URL: "https://pay/cs1", Attempt: 1}
	bind  = events.RecordClient{Key: client.Public().(ed25519.PublicKey)}
	key   = events.RecordKey{Wrapped: []byte("wrapped")}
	money = events.RecordCaptured{Amount: purchase("").Price}
	proof = events.ProveMismatch{Record: 3, Digest: []byte("digest")}
	back  = events.RecordRefunded{Amount: purchase("").Price}
)

func TestLife(t *testing.T) {
	expired := events.Command(nil) // stands for the deadline
	cases := map[string]struct {
		kind     events.OrderKind
		commands []events.Command
		want     State
		reason   string
	}{
		"direct sale, delivered and paid": {events.OrderDirect, []events.Command{page, held("pi"), events.RecordClaim{}, bind, key, receipt(client, nil), money}, Captured, ""},
		"won, needs no claim":             {events.OrderWon, []events.Command{page, held("pi"), bind, key, receipt(client, nil), money}, Captured, ""},
		"declined, then paid":             {events.OrderDirect, []events.Command{page, events.RecordDeclined{Payment: "pi", Code: "generic_decline"}, held("pi")}, Authorised, ""},
		"nobody pays":                     {events.OrderDirect, []events.Command{page, expired}, Abandoned, notPaid},
		"no page in time":                 {events.OrderWon, []events.Command{expired}, Abandoned, notPaid},
		"cancelled before paying":         {events.OrderDirect, []events.Command{page, events.CancelOrder{Reason: "why"}}, Abandoned, "why"},
		"sold to somebody else":           {events.OrderDirect, []events.Command{page, held("pi"), events.RecordClaim{Refusal: events.SoldOut}, events.RecordReleased{}}, Released, events.SoldOut.Words()},
		"claim never answered":            {events.OrderDirect, []events.Command{page, held("pi"), expired, events.RecordReleased{Payment: "pi"}}, Released, notDelivered},
		"seller never comes back":         {events.OrderWon, []events.Command{page, held("pi"), bind, expired, events.RecordReleased{}}, Released, notDelivered},
		"nor does the provider":           {events.OrderWon, []events.Command{page, held("pi"), bind, expired, expired}, Released, notDelivered},
		"taken down while delivering":     {events.OrderWon, []events.Command{page, held("pi"), events.CancelOrder{Reason: "why"}, events.RecordReleased{}}, Released, "why"},
		"taken down before the capture":   {events.OrderWon, []events.Command{page, held("pi"), bind, key, receipt(client, nil), events.CancelOrder{Reason: "why"}, events.RecordReleased{}}, Released, "why"},
		"capture was faster":              {events.OrderWon, []events.Command{page, held("pi"), bind, key, receipt(client, nil), events.CancelOrder{Reason: "why"}, money}, Captured, ""},
		"capture never answered":          {events.OrderWon, []events.Command{page, held("pi"), bind, key, receipt(client, nil), expired, expired, expired}, Releasing, notCaptured},
		"hold dropped by the provider":    {events.OrderWon, []events.Command{page, held("pi"), events.RecordReleased{Payment: "pi"}}, Released, holdGone},
		"saved card pays":                 {withCard, []events.Command{held("pi"), bind, key, receipt(client, nil), money}, Captured, ""},
		"saved card is refused, he pays":  {withCard, []events.Command{refusedCard, page, held("pi2")}, Delivering, ""},
		"saved card is refused, nor he":   {withCard, []events.Command{refusedCard, page, expired}, Abandoned, notPaid},
		"nobody could ask the saved card": {withCard, []events.Command{expired}, Abandoned, notAsked},
		"taken down while asking":         {withCard, []events.Command{events.CancelOrder{Reason: "why"}}, Abandoned, "why"},
		"proven to be another file":       {events.OrderWon, []events.Command{page, held("pi"), bind, key, receipt(client, nil), money, proof, back}, Refunded, mismatched},
		"refund never answered":           {events.OrderWon, []events.Command{page, held("pi"), bind, key, receipt(client, nil), money, proof, expired}, Refunding, mismatched},
		"refunded by hand":                {events.OrderWon, []events.Command{page, held("pi"), bind, key, receipt(client, nil), money, back}, Refunded, ""},
		"page expired, another one":       {events.OrderWon, []events.Command{page, events.RecordAbandoned{Session: "cs1"}}, Created, ""},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			l := begin(t, tc.kind)
			for _, c := range tc.commands {
				if c == nil {
					l.expire()
				} else {
					l.do(c)
				}
			}
			if l.State.State != tc.want || l.State.Reason != tc.reason {
				t.Errorf("ended %s because %q, want %s because %q", l.State.State, l.State.Reason, tc.want, tc.reason)
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	unpriced, foreign := purchase(events.OrderDirect), purchase(events.OrderDirect)
	unpriced.Price.Amount, foreign.Price.Currency = 0, "XXX"
	delivering := []events.Command{page, held("pi"), bind, key}
	captured := append(delivering[:4:4], receipt(client, nil), money)
	cases := map[string]struct {
		before []events.Command
		c      events.Command
		want   events.Refusal
	}{
		"paid for twice":             {delivering, held("pi"), events.Unchanged},
		"page of another attempt":    {nil, events.RecordSession{Session: "x", Attempt: 2}, events.WrongState},
		"card asked for nothing":     {nil, refusedCard, events.WrongState},
		"captured before delivery":   {delivering, money, events.WrongState},
		"captured twice":             {append(delivering[:4:4], receipt(client, nil), money), money, events.WrongState},
		"more captured than held":    {append(delivering[:4:4], receipt(client, nil)), events.RecordCaptured{Amount: events.Money{Amount: 1251, Currency: events.USD}}, events.BadAmount},
		"cancelled once paid":        {append(delivering[:4:4], receipt(client, nil), money), events.CancelOrder{}, events.WrongState},
		"claim of a won lot":         {delivering, events.RecordClaim{}, events.WrongState},
		"deadline before its time":   {delivering, events.ExpireOrder{}, events.WrongState},
		"receipt with another key":   {delivering, receipt(other, nil), events.NoReceipt},
		"receipt for another order":  {delivering, receipt(client, func(r *sealed.Receipt) { r.Order = "o2" }), events.NoReceipt},
		"receipt for another file":   {delivering, receipt(client, func(r *sealed.Receipt) { r.Root = strings.Repeat("cd", 32) }), events.NoReceipt},
		"receipt for the plain file": {delivering, receipt(client, func(r *sealed.Receipt) { r.Root, r.Bytes = root, 1000 }), events.NoReceipt},
		"receipt without a key":      {[]events.Command{page, held("pi"), bind}, receipt(client, nil), events.WrongState},
		"another key":                {delivering, events.RecordKey{Wrapped: []byte("other")}, events.Unchanged},
		"key before the payment":     {[]events.Command{page}, key, events.WrongState},
		"key of no bytes":            {[]events.Command{page, held("pi"), bind}, events.RecordKey{}, events.Malformed},
		"mismatch before the money":  {delivering, proof, events.WrongState},
		"mismatch proven twice":      {append(captured[:6:6], proof), proof, events.Unchanged},
		"mismatch once refunded":     {append(captured[:6:6], proof, back), proof, events.Unchanged},
		"refunded before the money":  {delivering, back, events.WrongState},
		"refunded twice":             {append(captured[:6:6], proof, back), back, events.Unchanged},
		"receipt for half of it":     {delivering, receipt(client, func(r *sealed.Receipt) { r.Bytes /= 2 }), events.NoReceipt},
		"receipt before any key":     {[]events.Command{page, held("pi"), key}, receipt(client, nil), events.NoReceipt},
		"receipt before the payment": {[]events.Command{page}, receipt(client, nil), events.WrongState},
		"key of a wrong length":      {delivering, events.RecordClient{Key: []byte("short")}, events.Malformed},
		"created again":              {nil, purchase(events.OrderWon), events.WrongState},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			l := begin(t, events.OrderWon, tc.before...)
			if err := l.try(tc.c); !errors.Is(err, tc.want) {
				t.Errorf("%s in state %s = %v, want %v", tc.c.CommandKind(), l.State.State, err, tc.want)
			}
		})
	}
	for want, c := range map[events.Refusal]events.Command{
		events.BadAmount: unpriced, events.BadCurrency: foreign, events.NoSuchOrder: events.AskOrder{}, events.Malformed: events.CreateOrder{Price: purchase("").Price},
	} {
		if _, err := (Rules{}).Decide(Order{}, c, noon); !errors.Is(err, want) {
			t.Errorf("%s of an unknown order = %v, want %v", c.CommandKind(), err, want)
		}
	}
}

// A hold that comes when the order is over is dropped, and the order stays what it was.
func TestStray(t *testing.T) {
	late := begin(t, events.OrderDirect, page)
	late.expire()
	cheap := held("pi")
	cheap.Amount.Amount--
	endless := held("pi")
	endless.CaptureBefore = time.Time{}
	second := begin(t, events.OrderWon, page, held("pi"))
	cases := map[string]struct {
		life *life
		hold events.RecordAuthorised
		want State
	}{
		"after the order was abandoned": {late, held("pi"), Abandoned},
		"of another amount":             {begin(t, events.OrderWon, page), cheap, Payable},
		"without a deadline":            {begin(t, events.OrderWon, page), endless, Payable},
		"besides another one":           {second, held("pi2"), Delivering},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			tc.life.t = t
			tc.life.do(tc.hold)
			wants := tc.life.State.Wants()
			if got := wants[len(wants)-1]; got.Op != ReleaseLost || got.Payment != tc.hold.Payment {
				t.Errorf("wants %v, want the hold dropped", wants)
			}
			if at, _ := (Rules{}).Deadline(tc.life.State); at.IsZero() {
				t.Error("a stray hold has no deadline")
			}
			tc.life.do(events.RecordReleased{Payment: tc.hold.Payment})
			if got := tc.life.State; got.State != tc.want || len(got.Strays) != 0 {
				t.Errorf("order is %s with %d strays, want %s with none", got.State, len(got.Strays), tc.want)
			}
		})
	}
}

// A copy that was claimed, or may have been, goes back when the hold does.
func TestCopyGoesBack(t *testing.T) {
	for name, tc := range map[string]struct {
		kind     events.OrderKind
		commands []events.Command
	}{
		"claimed":                {events.OrderBuyNow, []events.Command{page, held("pi"), events.RecordClaim{}, events.CancelOrder{}, events.RecordReleased{}}},
		"never answered":         {events.OrderBuyNow, []events.Command{page, held("pi"), events.CancelOrder{}, events.RecordReleased{}}},
		"answered while leaving": {events.OrderBuyNow, []events.Command{page, held("pi"), events.CancelOrder{}, events.RecordClaim{}, events.RecordReleased{}}},
		"won, not delivered":     {events.OrderWon, []events.Command{page, held("pi"), events.CancelOrder{}, events.RecordReleased{}}},
		"won, never paid":        {events.OrderWon, []events.Command{page, events.CancelOrder{}}},
		"second chance":          {events.OrderChance, []events.Command{events.CancelOrder{}}},
	} {
		t.Run(name, func(t *testing.T) {
			l := begin(t, tc.kind, tc.commands...)
			if w := l.State.Wants(); len(w) != 1 || w[0].Op != ReturnCopy {
				t.Fatalf("wants %v, want the copy returned", w)
			}
			l.do(events.RecordReturn{})
			if w := l.State.Wants(); len(w) != 0 {
				t.Errorf("wants %v, want nothing", w)
			}
		})
	}
	if w := begin(t, events.OrderDirect, page, events.CancelOrder{}).State.Wants(); len(w) != 0 {
		t.Errorf("wants %v for a copy that was never held", w)
	}
	refused := begin(t, events.OrderDirect, page, held("pi"), events.RecordClaim{Refusal: events.SoldOut}, events.RecordReleased{})
	if w := refused.State.Wants(); len(w) != 0 {
		t.Errorf("wants %v for a copy that was refused", w)
	}
}

// declaredStates returns the constants of type State, so that none is forgotten in a table.
func declaredStates(t *testing.T) (names []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "order.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok {
			if kind, ok := spec.Type.(*ast.Ident); ok && kind.Name == "State" {
				names = append(names, spec.Names[0].Name)
			}
		}
		return true
	})
	return names
}

// M13: every state that is not final has exactly one deadline, and it leads somewhere; a final one has none.
func TestDeadlines(t *testing.T) {
	whole := paid
	paid := []events.Command{page, held("pi")}
	states := map[State]*life{
		Charging:    begin(t, withCard),
		Created:     begin(t, events.OrderDirect),
		Payable:     begin(t, events.OrderDirect, page),
		Authorised:  begin(t, events.OrderDirect, paid...),
		Delivering:  begin(t, events.OrderWon, paid...),
		Delivered:   begin(t, events.OrderWon, append(paid[:2:2], bind, key, receipt(client, nil))...),
		Releasing:   begin(t, events.OrderWon, append(paid[:2:2], events.CancelOrder{})...),
		Refunding:   begin(t, events.OrderWon, append(paid[:2:2], bind, key, receipt(client, nil), money, proof)...),
		Disputed:    begin(t, events.OrderWon, append(whole[:6:6], bank(events.DisputeUndecided))...),
		ChargedBack: begin(t, events.OrderWon, append(whole[:6:6], bank(events.DisputeUndecided), bank(events.DisputeAgainstUs))...),
		Owed:        begin(t, events.OrderWon, append(whole[:6:6], partly(events.DisputeUndecided), partly(events.DisputeAgainstUs), agrees, no)...),
		Refunded:    begin(t, events.OrderWon, append(paid[:2:2], bind, key, receipt(client, nil), money, proof, back)...),
		Captured:    begin(t, events.OrderWon, append(paid[:2:2], bind, key, receipt(client, nil), money)...),
		Released:    begin(t, events.OrderWon, append(paid[:2:2], events.RecordReleased{})...),
		Abandoned:   begin(t, events.OrderWon, events.CancelOrder{}),
	}
	if all := declaredStates(t); len(states) != len(all) {
		t.Fatalf("walked to %d states of %v", len(states), all)
	}
	for state, l := range states {
		if l.State.State != state {
			t.Fatalf("walked to %s, want %s", l.State.State, state)
		}
		at, c := Rules{}.Deadline(l.State)
		if state.Final() != at.IsZero() || state.Final() != (c == nil) {
			t.Errorf("%s: deadline %v with %v", state, at, c)
		}
		if !state.Final() {
			if l.expire(); l.State.State == state && state != Refunding && state != Disputed { // these are only looked at again
				t.Errorf("%s: its deadline leads nowhere", state)
			}
		}
	}
}

// A page ends when Stripe can keep it and the order can still hear of it.
func TestPageEnds(t *testing.T) {
	direct := begin(t, events.OrderDirect).State
	if left := direct.PageEnds().Sub(direct.WantedAt); left < 30*time.Minute || !direct.PageEnds().Before(direct.PayBy) {
		t.Errorf("direct page ends after %v, order at %v", left, direct.PayBy)
	}
	won := begin(t, events.OrderWon)
	for won.State.State == Created {
		left := won.State.PageEnds().Sub(won.State.WantedAt)
		if left < 30*time.Minute || left > 24*time.Hour {
			t.Errorf("attempt %d: page lives %v", won.State.Attempt, left)
		}
		won.do(events.RecordSession{Session: "cs", Attempt: won.State.Attempt})
		if won.now = won.State.PageEnds(); !won.now.Before(won.State.PayBy) {
			won.expire()
			continue
		}
		won.do(events.RecordAbandoned{Session: "cs"})
	}
	if won.State.Attempt < 2 || won.State.State != Abandoned {
		t.Errorf("after 48 hours: attempt %d, %s", won.State.Attempt, won.State.State)
	}
}

func TestKey(t *testing.T) {
	o := begin(t, events.OrderDirect).State
	e := o.Wants()[0]
	first, fresh := o.Key(e, e.Since.Add(time.Second))
	again, _ := o.Key(e, e.Since.Add(keyLife-time.Second))
	if first != again || fresh {
		t.Errorf("keys %q and %q (after another: %v) within %v, want one", first, again, fresh, keyLife)
	}
	if later, fresh := o.Key(e, e.Since.Add(keyLife)); later == first || !fresh {
		t.Errorf("key after %v = %q (after another: %v), want a new one", keyLife, later, fresh)
	}
}
