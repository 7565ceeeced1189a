package e2e

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"lightshare/events/sealed"
)

func (s *story) listed(ctx context.Context) (string, error) {
	var err error
	if s.visitor, err = NewRobot("visitor", s.Market); err != nil {
		return "", err
	}
	if err := s.seller.Start(ctx); err != nil {
		return "", err
	}
	for _, title := range []string{"Rain on a tin roof", "Notes from the lighthouse", "Coastline sample pack"} {
		if _, err := s.visitor.Find(ctx, title); err != nil {
			return "", err
		}
	}
	s.picture, err = s.visitor.Find(ctx, "Harbour at dawn")
	return "4 files, as they are on disk", err
}

func (s *story) signIn(ctx context.Context) (string, error) {
	for name, p := range map[string]*Person{"Ann": &s.ann, "Ben": &s.ben, "Cleo": &s.cleo} {
		var err error
		if *p, err = SignIn(ctx, name, s.Market); err != nil {
			return "", err
		}
	}
	return "", nil
}

// The works that the story puts on the blacklist.
const (
	artist   = "The Glass Harbour"
	title    = "Midnight Ferry"
	disguise = "the GLÁSS harbour – mid\u00ADnight   Ｆｅｒｒｙ.mp3"
	early    = "Paper Lanterns - Slow Tide.mp3"
)

func (s *story) refused(ctx context.Context) (string, error) {
	var err error
	if s.moderator, err = NewRobot("moderator", s.Console); err != nil {
		return "", err
	}
	door, err := s.moderator.Get(ctx, "/")
	if err != nil {
		return "", err
	}
	if _, err := s.moderator.Submit(ctx, door, "/sign-in", map[string]string{"name": s.Name, "token": s.Token}); err != nil {
		return "", err
	}
	if err := s.addEntry(ctx, artist, title); err != nil {
		return "", err
	}
	if err := s.save(disguise, "not really a song"); err != nil {
		return "", err
	}
	fate, err := s.seller.Await(ctx, "the fate of the disguised file", func(e agentEvent) bool {
		return e.Event == "fate" && strings.Contains(e.Title, "GL") && e.State == "refused"
	})
	return fate.Text, err
}

func (s *story) addEntry(ctx context.Context, artist, title string) error {
	page, err := s.moderator.Get(ctx, "/entries")
	if err != nil {
		return err
	}
	_, err = s.moderator.Submit(ctx, page, "/entries", map[string]string{"artist": artist, "title": title, "reason": "the rights owner asked"})
	return err
}

// takenDown has a bid on a lot when a moderator looks at what an entry would do, and then adds it.
func (s *story) takenDown(ctx context.Context) (string, error) {
	if err := s.save(early+".listing.yaml", "title: Paper Lanterns – Slow Tide\nauction:\n  start: \"3.00\"\n  duration: 1h\n"); err != nil {
		return "", err
	}
	if err := s.save(early, "not really a song either"); err != nil {
		return "", err
	}
	lot, err := s.visitor.Find(ctx, "Slow Tide")
	if err != nil {
		return "", err
	}
	if _, err := s.ann.Bid(ctx, lot, "4.00"); err != nil {
		return "", err
	}
	preview, err := s.preview(ctx, "Paper Lanterns", "Slow Tide")
	if err != nil {
		return "", err
	}
	began := time.Now()
	if _, err := s.moderator.Submit(ctx, preview, "/entries", nil); err != nil {
		return "", err
	}
	_, err = s.visitor.Await(ctx, lot, "the takedown", func(p *Page) bool { return p.Data("state") == "refused" || p.Data("offer") == "refused" })
	took := since(began)
	if err != nil {
		return "", err
	}
	fate, err := s.seller.Await(ctx, "the takedown", func(e agentEvent) bool {
		return e.Event == "fate" && strings.Contains(e.Title, "Slow Tide") && e.State == "refused"
	})
	return "dry run: 1 lot with 1 bid; off sale after " + took + "; the seller reads: " + fate.Text, err
}

// preview has the moderator see that an entry would take down one lot with one bid. What is bid reaches the blacklist as
// auction states it, so the moderator may have to look again.
func (s *story) preview(ctx context.Context, artist, title string) (*Page, error) {
	for {
		page, err := s.moderator.Get(ctx, "/entries")
		if err != nil {
			return nil, err
		}
		fields := map[string]string{"artist": artist, "title": title, "reason": "the rights owner asked"}
		preview, err := s.moderator.Submit(ctx, page, "/entries/preview", fields)
		if err != nil || preview.Says("lots with bids: 1, bids on them: 1") {
			return preview, err
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-ctx.Done():
			return nil, fmt.Errorf("the dry run says %.300s: %w", preview.Text(), errNot)
		}
	}
}

func (s *story) edited(ctx context.Context) (string, error) {
	lot, err := s.visitor.Find(ctx, "Notes from the lighthouse")
	if err != nil {
		return "", err
	}
	text := "Day 41. The supply boat came, and with it the post.\n"
	tree := sealed.NewTree()
	if _, err := io.WriteString(tree, text); err != nil {
		return "", err
	}
	began := time.Now()
	if err := s.save(Words, text); err != nil {
		return "", err
	}
	_, err = s.visitor.Await(ctx, lot, "the new fingerprint", func(p *Page) bool { return p.Says(tree.Root().String()[:16]) })
	if err != nil {
		return "", err
	}
	bytes := since(began)
	began = time.Now()
	if err := s.save(Words+".listing.yaml", "title: Notes from the lighthouse, second edition\nprice: \"1.20\"\n"); err != nil {
		return "", err
	}
	_, err = s.visitor.Await(ctx, lot, "the new title", func(p *Page) bool { return p.Says("second edition") })
	return fmt.Sprintf("new bytes after %s, a new title after %s", bytes, since(began)), err
}

// save writes a small file into the shared folder as an editor does.
func (s *story) save(name, text string) error {
	return WriteFile(filepath.Join(s.Share, name), func(w io.Writer) error { _, err := io.WriteString(w, text); return err })
}

func (s *story) fight(ctx context.Context) (string, error) {
	first, err := s.ann.Bid(ctx, s.picture, "15.00")
	if err != nil {
		return "", err
	}
	if !first.Says("lead") {
		return "", fmt.Errorf("the first bidder reads %.300s: %w", first.Text(), errNot)
	}
	if _, err := s.ben.Bid(ctx, s.picture, "20.00"); err != nil {
		return "", err
	}
	outbid, err := s.ann.Await(ctx, s.picture, "Ann is outbid", func(p *Page) bool { return p.Says("outbid") })
	if err != nil {
		return "", err
	}
	if err := s.closing(ctx, outbid); err != nil {
		return "", err
	}
	if _, err := s.ann.Bid(ctx, s.picture, "31.00"); err != nil {
		return "", err
	}
	extended, err := s.visitor.Await(ctx, s.picture, "the extension", func(p *Page) bool { return ends(p).After(ends(outbid)) })
	if err != nil {
		return "", err
	}
	over, err := s.ann.Await(ctx, s.picture, "the close", func(p *Page) bool { return p.Data("state") == "sold" })
	if err != nil {
		return "", err
	}
	if over.Data("price") != "2050" {
		return "", fmt.Errorf("hammer price %s, want 2050: %w", over.Data("price"), errNot)
	}
	return fmt.Sprintf("each saved a card first; extended by %s; hammer price $20.50, below Ann's maximum", ends(extended).Sub(ends(outbid)).Round(time.Millisecond)), nil
}

// closing waits until the lot is within its last moments, so that a bid now extends it.
func (s *story) closing(ctx context.Context, p *Page) error {
	wait := time.NewTimer(time.Until(ends(p)) - time.Second)
	defer wait.Stop()
	select {
	case <-wait.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// ends reads the effective end of a lot off its page.
func ends(p *Page) time.Time {
	at, _ := time.Parse(time.RFC3339Nano, p.Data("ends"))
	return at
}

func (s *story) won(ctx context.Context) (string, error) {
	page, err := s.ann.Await(ctx, s.picture, "the winner's order", func(p *Page) bool { return p.Link("/orders/won-") != "" })
	if err != nil {
		return "", err
	}
	order := page.Link("/orders/won-")
	began := time.Now()
	if err := s.receive(ctx, s.ann, order, Picture); err != nil {
		return "", err
	}
	return "held on her saved card; same bytes after " + since(began) + ", then charged $20.50", nil
}

// receive fetches an order's file on the command line, compares it and waits for the capture.
func (s *story) receive(ctx context.Context, p Person, order, name string) error {
	page, err := p.AwaitOrder(ctx, order, "delivering")
	if err != nil {
		return err
	}
	out := filepath.Join(s.Dir, name)
	if said, err := s.Fetch(s.link(page), out).CombinedOutput(); err != nil {
		return fmt.Errorf("fetch %s: %w: %s", name, err, said)
	}
	if err := sameBytes(out, filepath.Join(s.Share, name)); err != nil {
		return err
	}
	_, err = p.AwaitOrder(ctx, order, "captured")
	return err
}

// link returns the address for the command line that an order's page shows.
func (s *story) link(p *Page) string { return p.Data("link") }

func (s *story) declined(ctx context.Context) (string, error) {
	lot, err := s.ben.Find(ctx, "Rain on a tin roof")
	if err != nil {
		return "", err
	}
	order, err := s.ben.Buy(ctx, lot)
	if err != nil {
		return "", err
	}
	answer, err := s.ben.Pay(ctx, order, DeclinedCard)
	if err != nil {
		return "", err
	}
	if !strings.Contains(strings.ToLower(answer.Text()), "declined") {
		return "", fmt.Errorf("after a declined card Ben reads %.300s: %w", answer.Text(), errNot)
	}
	if page, err := s.ben.Get(ctx, order); err != nil || page.Data("order-state") != "payable" {
		return "", fmt.Errorf("order after a declined card is %s, %w: %w", page.Data("order-state"), err, errNot)
	}
	if _, err := s.ben.fillInCard(ctx, answer, GoodCard); err != nil {
		return "", err
	}
	return "then delivered and charged $2.50", s.receive(ctx, s.ben, order, Sound)
}

func (s *story) resumed(ctx context.Context) (string, error) {
	lot, err := s.cleo.Find(ctx, "Coastline sample pack")
	if err != nil {
		return "", err
	}
	order, err := s.cleo.Buy(ctx, lot)
	if err != nil {
		return "", err
	}
	if _, err := s.cleo.Pay(ctx, order, GoodCard); err != nil {
		return "", err
	}
	page, err := s.cleo.AwaitOrder(ctx, order, "delivering")
	if err != nil {
		return "", err
	}
	out := filepath.Join(s.Dir, Archive)
	fetch := s.Fetch(s.link(page), out)
	ended := make(chan error, 1)
	go func() {
		said, err := fetch.CombinedOutput()
		if err != nil {
			err = fmt.Errorf("fetch: %w: %s", err, said)
		}
		ended <- err
	}()
	had, err := s.cut(ctx, out+".part")
	if err != nil {
		return "", err
	}
	if _, err := s.visitor.Await(ctx, lot, "the seller is seen to be away", func(p *Page) bool { return p.Data("online") == "false" }); err != nil {
		return "", err
	}
	if err := s.seller.Start(ctx); err != nil {
		return "", err
	}
	select {
	case err = <-ended:
	case <-ctx.Done():
		err = fmt.Errorf("the download did not end: %w", ctx.Err())
	}
	if err == nil {
		err = sameBytes(out, filepath.Join(s.Share, Archive))
	}
	if err == nil {
		_, err = s.cleo.AwaitOrder(ctx, order, "captured")
	}
	return fmt.Sprintf("cut after %.0f of 64 MiB, went on from there, same bytes", float64(had)/(1<<20)), err
}

// cut kills the agent once part of the file is there, and returns how much.
func (s *story) cut(ctx context.Context, part string) (int64, error) {
	const lead = archiveSize // the hole that the part of a file of up to 64 MiB begins with is as long
	for {
		if info, err := os.Stat(part); err == nil && info.Size() > lead+4<<20 {
			s.seller.Kill()
			info, err = os.Stat(part)
			if err != nil {
				return 0, fmt.Errorf("the transfer was over before it could be cut: %w", err)
			}
			return info.Size() - lead, nil
		}
		select {
		case <-time.After(2 * time.Millisecond):
		case <-ctx.Done():
			return 0, fmt.Errorf("the transfer did not begin: %w", ctx.Err())
		}
	}
}

func (s *story) released(ctx context.Context) (string, error) {
	lot, err := s.ben.Find(ctx, "Notes from the lighthouse")
	if err != nil {
		return "", err
	}
	order, err := s.ben.Buy(ctx, lot)
	if err != nil {
		return "", err
	}
	if _, err := s.ben.Pay(ctx, order, GoodCard); err != nil {
		return "", err
	}
	if _, err := s.ben.AwaitOrder(ctx, order, "delivering"); err != nil {
		return "", err
	}
	s.seller.Kill()
	s.Advance(7 * 24 * time.Hour)
	page, err := s.ben.AwaitOrder(ctx, order, "released")
	if err != nil {
		return "", err
	}
	if !page.Says("Not charged") {
		return "", fmt.Errorf("the released order reads %.400s: %w", page.Text(), errNot)
	}
	return "a week later, on the market's clock, nobody was charged", s.seller.Start(ctx)
}
