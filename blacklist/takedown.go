package blacklist

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"lightshare/events"
	"lightshare/events/journal"
)

// takedowns is what the facts say of notices and objections. It is guarded by the state's mu.
type takedowns struct {
	notices  map[string]*NoticeStanding
	objected map[events.ListingID][]Objection // oldest first
	about    map[events.ListingID]*takedown   // the newest of each
}

// A takedown is what a notice, or a granted objection, means for one listing, whatever its text is now.
type takedown struct {
	verdict events.Verdict
	at      time.Time
	version uint64 // of the list at that time: a listing that is given back is judged by what came since
}

func newTakedowns() takedowns {
	return takedowns{notices: make(map[string]*NoticeStanding), objected: make(map[events.ListingID][]Objection), about: make(map[events.ListingID]*takedown)}
}

// applyTakedown takes in what is said of notices and objections, and says in act what that was; mu is held.
func (s *state) applyTakedown(rec events.Record, f events.Fact, act *Act) {
	switch f := f.(type) {
	case events.ObjectionFiled:
		id := events.ListingID(rec.Subject)
		s.takedowns.objected[id] = append(s.takedowns.objected[id], Objection{ObjectionFiled: f, At: rec.At})
		act.By, act.Did, act.What, act.Reason = "the seller", "objected", f.Title, f.Text
		return
	case events.ObjectionDecided:
		s.objectionDecided(events.ListingID(rec.Subject), f, rec.At)
		act.By, act.Did, act.What, act.Reason = f.By, answered[f.Grant], f.Title, f.Reason
		return
	case events.NoticeFiled, events.NoticeDecided, events.CounterFiled, events.SuitNoted, events.NoticeReinstated:
	default:
		return
	}
	n := s.takedowns.notices[rec.Subject].after(f, rec.At)
	n.ID = rec.Subject
	first := s.takedowns.notices[rec.Subject] == nil
	s.takedowns.notices[rec.Subject] = n
	claims := s.standing.record(n.Notice.Claimant)
	act.What = n.Notice.Artist + " – " + n.Notice.Title
	switch f := f.(type) {
	case events.NoticeFiled:
		if first {
			claims.filed++
		}
		act.By, act.Did, act.Reason = f.By, "took a notice in", f.Notice.Why
	case events.NoticeDecided:
		claims.outcomes = append(claims.outcomes, outcome{n.ID, rec.At, !f.Uphold})
		act.By, act.Did, act.Reason = f.By, "turned a notice down", f.Reason
		if f.Uphold {
			s.standing.strike(n)
			s.takeDown(n, f.Reason)
			act.Did = "upheld a notice"
		}
	case events.CounterFiled:
		act.By, act.Did, act.Reason = f.By, "took a counter-notice in", f.Statement
	case events.SuitNoted:
		act.By, act.Did, act.Reason = f.By, "noted a suit", f.Reason
	case events.NoticeReinstated:
		claims.fail(n.ID)
		s.standing.lift(n.ID)
		for _, id := range n.Notice.Listings {
			s.giveBack(id, rec.At)
		}
		act.By, act.Did, act.Reason = "the clock", "reinstated", "Nobody went to court in time."
	}
}

var answered = map[bool]string{true: "granted an objection", false: "turned an objection down"}

// objectionDecided notes what came of an objection. One that is granted counts against the notice that it was about.
func (s *state) objectionDecided(id events.ListingID, f events.ObjectionDecided, at time.Time) {
	for i := range s.takedowns.objected[id] {
		if o := &s.takedowns.objected[id][i]; o.Digest == f.Digest {
			o.By, o.Granted, o.Answer = f.By, f.Grant, f.Reason
		}
	}
	if !f.Grant {
		return
	}
	s.overturned(string(id))
	s.giveBack(id, at)
	for _, n := range s.takedowns.notices {
		if n.State == NoticeUpheld && slices.Contains(n.Notice.Listings, id) {
			s.standing.record(n.Notice.Claimant).fail(n.ID)
			s.standing.lift(n.ID)
		}
	}
}

// takeDown blocks the listings of a notice; mu is held.
func (s *state) takeDown(n *NoticeStanding, why string) {
	v := events.Verdict{Ruling: events.Block, Entry: events.EntryID(n.ID), Work: n.Notice.Artist + " – " + n.Notice.Title, Rule: ruleNotice, Score: 1}
	v.Reason = fmt.Sprintf("Taken down on a rights holder’s notice about “%s” by %s: %s You may object once, with evidence, or send a counter-notice to %s.", n.Notice.Title, n.Notice.Artist, cutBytes(why, 400), n.ID)
	for _, id := range n.Notice.Listings {
		s.takedowns.about[id] = &takedown{verdict: v, at: n.Decided, version: s.list.Version()}
	}
}

// giveBack has a listing judged only by what comes on the list from now on; mu is held.
func (s *state) giveBack(id events.ListingID, at time.Time) {
	s.takedowns.about[id] = &takedown{verdict: events.Verdict{Ruling: events.Allow, Rule: ruleGivenBack}, at: at, version: s.list.Version()}
}

const (
	ruleNotice    = "takedown notice"
	ruleGivenBack = "given back"
)

// FileNotice takes a takedown notice in, and returns its id. The claimant is one of the parties.
func (k *Keeper) FileNotice(ctx context.Context, n events.TakedownNotice, by string) (string, error) {
	id := "notice-" + events.NewID()
	return id, k.change(ctx, id, events.FileNotice{Notice: n, By: by})
}

// CompleteNotice takes in what was missing.
func (k *Keeper) CompleteNotice(ctx context.Context, id string, n events.TakedownNotice, by string) error {
	if _, ok := k.Notice(id); !ok {
		return fmt.Errorf("complete notice %s: %w", id, events.NoSuchNotice)
	}
	return k.change(ctx, id, events.FileNotice{Notice: n, By: by})
}

// DecideNotice takes a notice's listings down, or turns it down. With list its work comes on the list as well. One that
// is not complete is [events.Incomplete].
func (k *Keeper) DecideNotice(ctx context.Context, id string, uphold, list bool, by, reason string) error {
	if err := k.change(ctx, id, events.DecideNotice{Uphold: uphold, By: by, Reason: reason}); err != nil || !uphold || !list {
		return err
	}
	n, _ := k.Notice(id)
	_, err := k.Add(ctx, events.Entry{Artist: n.Notice.Artist, Title: n.Notice.Title, Source: claimantSource + n.Notice.Claimant}, by, "Notice "+id+": "+reason)
	if errors.Is(err, events.Unchanged) {
		return nil
	}
	return err
}

// FileCounter takes a counter-notice in; the clock of the notice runs from then on.
func (k *Keeper) FileCounter(ctx context.Context, id string, c events.FileCounter) error {
	return k.change(ctx, id, c)
}

// NoteSuit stops the clock: the claimant has gone to court.
func (k *Keeper) NoteSuit(ctx context.Context, id, by, reason string) error {
	return k.change(ctx, id, events.NoteSuit{By: by, Reason: reason})
}

// Notice returns the notice of that id.
func (k *Keeper) Notice(id string) (NoticeStanding, bool) {
	k.state.mu.Lock()
	defer k.state.mu.Unlock()
	if n := k.state.takedowns.notices[id]; n != nil {
		return *n, true
	}
	return NoticeStanding{}, false
}

// Notices returns all notices, those that wait for a decision first, then those whose clock runs, then the newest.
func (k *Keeper) Notices() []NoticeStanding {
	k.state.mu.Lock()
	defer k.state.mu.Unlock()
	var all []NoticeStanding
	for _, n := range k.state.takedowns.notices {
		all = append(all, *n)
	}
	urgency := map[NoticeState]int{NoticeOpen: 2, NoticeCountered: 1}
	slices.SortFunc(all, func(a, b NoticeStanding) int {
		older := a.Filed.Compare(b.Filed)
		if urgency[a.State] == 0 {
			older = -older
		}
		return cmp.Or(cmp.Compare(urgency[b.State], urgency[a.State]), older, cmp.Compare(a.ID, b.ID))
	})
	return all
}

// An Objected is a listing with an objection that waits or was decided.
type Objected struct {
	Listing events.ListingID
	Objection
}

// Objections returns those that wait, the oldest first, and then those that were decided, the newest first.
func (k *Keeper) Objections() []Objected {
	k.state.mu.Lock()
	defer k.state.mu.Unlock()
	var waiting, decided []Objected
	for id, all := range k.state.takedowns.objected {
		for _, o := range all {
			if o.By == "" {
				waiting = append(waiting, Objected{id, o})
			} else {
				decided = append(decided, Objected{id, o})
			}
		}
	}
	slices.SortFunc(waiting, func(a, b Objected) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Listing, b.Listing)) })
	slices.SortFunc(decided, func(a, b Objected) int { return cmp.Or(b.At.Compare(a.At), cmp.Compare(a.Listing, b.Listing)) })
	return append(waiting, decided...)
}

// Object is a seller's word against what was refused. He has one for each text and its bytes: else, or when the listing
// is not refused, it is [events.NoObjection].
func (k *Keeper) Object(ctx context.Context, id events.ListingID, cmd events.CommandID, text, evidence string) error {
	c, err := k.allowObjection(id.Seller(), string(id), events.FileObjection{Text: text, Evidence: evidence})
	if err != nil {
		return fmt.Errorf("object for %s: %w", id, err)
	}
	answer, err := k.sender.Do(ctx, string(id), cmd, c, nil)
	if err != nil {
		return err
	}
	return k.state.awaitFact(ctx, string(id), answer.Seq)
}

// allowObjection returns a seller's objection with what it is about, or refuses it.
func (k *Keeper) allowObjection(seller events.SellerID, subject string, c events.Command) (events.Command, error) {
	object, ok := c.(events.FileObjection)
	id := events.ListingID(subject)
	items := k.live.items(id)
	switch {
	case !ok:
		return nil, events.Malformed
	case id.Seller() != seller:
		return nil, events.NotSeller
	case len(items) == 0:
		return nil, events.NoSuchLot
	case k.judge(items[0]).Ruling != events.Block:
		return nil, events.NoObjection
	}
	object.Digest, object.Title = items[0].digest, items[0].listing.Title
	return object, nil
}

// openObjections listens to what sellers say against what was refused.
func (k *Keeper) openObjections(ctx context.Context) error {
	sellers := &journal.Sellers{
		Sender: k.sender, Log: k.c.Log, Allow: k.allowObjection,
		Show: func(events.SellerID, json.RawMessage) (json.RawMessage, error) { return nil, nil },
	}
	k.closers = append(k.closers, func() error { sellers.Close(); return nil })
	return sellers.Open(ctx, k.c.NC, events.SellerObjectionSubject("*", "*"), events.BlacklistService)
}

// DecideObjection grants an objection, and the listing is given back, or turns it down.
func (k *Keeper) DecideObjection(ctx context.Context, id events.ListingID, grant bool, by, reason string) error {
	return k.change(ctx, string(id), events.DecideObjection{Grant: grant, By: by, Reason: reason})
}

// Strikes returns what counts against a seller now.
func (k *Keeper) Strikes(seller events.SellerID) []Strike {
	k.state.mu.Lock()
	defer k.state.mu.Unlock()
	return k.state.standing.activeStrikes(seller, k.c.Clock.Now())
}

// A Holder is a claimant with what became of his notices within [TrustWindow].
type Holder struct {
	Claimant               string
	Filed, Decided, Failed int
	Doubted                bool // his entries block nothing without a person any more
}

// Holders returns all claimants, those with the most notices first.
func (k *Keeper) Holders() []Holder {
	k.state.mu.Lock()
	defer k.state.mu.Unlock()
	now := k.c.Clock.Now()
	var all []Holder
	for id, r := range k.state.standing.claims {
		h := Holder{Claimant: id, Filed: r.filed, Doubted: k.state.standing.isDoubted(id, now)}
		h.Decided, h.Failed = r.recent(now)
		all = append(all, h)
	}
	slices.SortFunc(all, func(a, b Holder) int {
		return cmp.Or(cmp.Compare(b.Filed, a.Filed), cmp.Compare(a.Claimant, b.Claimant))
	})
	return all
}

// enforce has listings judged again after a fact about a notice or an objection, and gives back in its author's name what
// it gives back. Every replica sends the same commands, which have one effect.
func (k *Keeper) enforce(ctx context.Context, rec events.Record) {
	f, err := rec.Fact()
	if err != nil {
		return
	}
	n, _ := k.Notice(rec.Subject)
	switch f := f.(type) {
	case events.NoticeDecided:
		for _, id := range n.Notice.Listings {
			for _, it := range k.live.items(id) {
				k.reconsider(ctx, it, fmt.Sprintf("%s#%d", rec.Subject, rec.Seq))
			}
		}
	case events.NoticeReinstated:
		k.ruleAll(ctx, rec, n.Notice.Listings, "the clock", "Given back after a counter-notice: nobody went to court in time.", n.ID)
	case events.ObjectionDecided:
		if f.Grant {
			k.ruleAll(ctx, rec, []events.ListingID{events.ListingID(rec.Subject)}, f.By, "Your objection was granted: "+f.Reason, "objection")
		}
	}
}

// ruleAll allows each of the listings that is on the market, whatever people decided about it before.
func (k *Keeper) ruleAll(ctx context.Context, rec events.Record, ids []events.ListingID, by, reason, notice string) {
	for _, id := range ids {
		for _, it := range k.live.items(id) {
			v := k.judge(it)
			v.Ruling, v.Rule, v.Reason = events.Allow, ruleModerator, cutBytes(reason, maxReason)
			rule := events.Rule{Digest: it.digest, Rev: it.listing.Rev, Title: it.listing.Title, Verdict: v, By: by, Reason: v.Reason, Notice: notice}
			cause := events.CommandID(fmt.Sprintf("%s#%d %s %s", rec.Subject, rec.Seq, id, it.digest[:16]))
			if len(cause) > 120 {
				cause = cause[:120]
			}
			k.insist(ctx, string(id), cause, rule)
		}
	}
}

// insist sends a ruling until a writer has taken or refused it.
func (k *Keeper) insist(ctx context.Context, subject string, id events.CommandID, c events.Rule) {
	for {
		_, err := k.sender.Do(ctx, subject, id, c, nil)
		if refusal, _ := events.AsRefusal(err); err != nil && refusal != events.Unavailable && refusal != events.Unchanged {
			k.c.Log.ErrorContext(ctx, "listing not ruled on", "listing", subject, "error", err)
		}
		if !errors.Is(err, events.Unavailable) {
			return
		}
		select {
		case <-time.After(retryAfter):
		case <-ctx.Done():
			return
		}
	}
}

// cutBytes returns at most n bytes of a text, whole characters.
func cutBytes(text string, n int) string {
	if len(text) <= n {
		return text
	}
	cut := 0
	for i := range text {
		if i > n-3 {
			break
		}
		cut = i
	}
	return text[:cut] + "…"
}
