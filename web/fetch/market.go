package fetch

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"lightshare/events"
	"lightshare/events/sealed"
)

const maxAnswer = 1 << 20 // bytes of JSON read from the market

// A Grant is the market's answer to a request for a ticket: all that is needed to get the file.
type Grant struct {
	Ticket   string           `json:"ticket"` // for the Authorization header
	Reach    events.Reach     `json:"reach"`
	Listing  events.ListingID `json:"listing"`
	FileName string           `json:"file_name"`
	Size     int64            `json:"size"` // bytes
	Type     string           `json:"type"`
	Root     string           `json:"root"`   // over the plain records
	Sealed   string           `json:"sealed"` // over the sealed records, which are what the agent hands out; "" if it hands out the plain ones

	ICE []events.ICEServer `json:"ice"` // for a connection over WebRTC
}

// plain reports whether the file comes as it is: it was bought before files were sealed.
func (g Grant) plain() bool { return g.Sealed == "" }

// tree is the root over the records that the agent hands out.
func (g Grant) tree() string { return cmp.Or(g.Sealed, g.Root) }

// each is how many bytes such a record has, but for the last one.
func (g Grant) each() int64 {
	if g.plain() {
		return sealed.RecordSize
	}
	return sealed.SealedRecordSize
}

// total is how many bytes there are of them.
func (g Grant) total() int64 {
	if g.plain() {
		return g.Size
	}
	return sealed.SealedSize(g.Size)
}

// records is how many there are.
func (g Grant) records() int64 { return (g.total() + g.each() - 1) / g.each() }

// check reports what makes g useless.
func (g Grant) check() error {
	if _, err := sealed.ParseHash(g.Root); err != nil {
		return fmt.Errorf("root: %w", err)
	}
	if _, err := sealed.ParseHash(g.tree()); err != nil {
		return fmt.Errorf("sealed root: %w", err)
	}
	empty := sealed.Root(nil).String()
	switch {
	case (g.Size == 0) != (g.Root == empty) || (g.Size == 0) != (g.tree() == empty):
		return fmt.Errorf("root: of another size than %d", g.Size)
	case g.Ticket == "":
		return errors.New("ticket: missing")
	case g.Size < 0 || g.Size > events.MaxSize:
		return fmt.Errorf("size: %d", g.Size)
	case g.Listing.Seller() == "":
		return fmt.Errorf("listing: %.80q", g.Listing)
	}
	return nil
}

// A market is the market's side of one order.
type market struct {
	link Link
	http *http.Client
}

// grant asks for a ticket that names the client's public key. Errors wrap errAgain where waiting may help, [ErrOffline]
// when the market did not answer, [ErrDenied] when it does not know the token, and its [events.Refusal] if it gave one.
func (m market) grant(ctx context.Context, key []byte) (Grant, error) {
	var g Grant
	if err := m.post(ctx, "ticket", map[string][]byte{"key": key}, &g); err != nil {
		return Grant{}, fmt.Errorf("get ticket for order %s: %w", m.link.Order, err)
	}
	if err := g.check(); err != nil {
		return Grant{}, fmt.Errorf("ticket for order %s: %w", m.link.Order, err)
	}
	return g, nil
}

// peer brings a WebRTC offer to the seller's agent, and returns the answer. Errors are as those of grant.
func (m market) peer(ctx context.Context, ticket, offer string) (string, error) {
	var answer struct {
		SDP string `json:"sdp"`
	}
	if err := m.post(ctx, "peer", map[string]string{"ticket": ticket, "sdp": offer}, &answer); err != nil {
		return "", fmt.Errorf("offer a connection for order %s: %w", m.link.Order, err)
	}
	return answer.SDP, nil
}

// receipt hands in a signed receipt. Errors are as those of grant.
func (m market) receipt(ctx context.Context, receipt []byte) error {
	var answer struct{}
	if err := m.post(ctx, "receipt", map[string][]byte{"receipt": receipt}, &answer); err != nil {
		return fmt.Errorf("hand in receipt for order %s: %w", m.link.Order, err)
	}
	return nil
}

// key asks for the key to the file. The error wraps [events.KeyHeld] while the payment is not captured.
func (m market) key(ctx context.Context) (sealed.Key, error) {
	var answer struct {
		Key  []byte `json:"key"`
		Salt []byte `json:"salt"`
	}
	if err := m.post(ctx, "key", struct{}{}, &answer); err != nil {
		return sealed.Key{}, fmt.Errorf("get key for order %s: %w", m.link.Order, err)
	}
	return sealed.KeyOf(append(answer.Key, answer.Salt...))
}

// mismatch hands in a proof that the file is not what was sold.
func (m market) mismatch(ctx context.Context, p sealed.Proof) error {
	var answer struct{}
	if err := m.post(ctx, "mismatch", p, &answer); err != nil {
		return fmt.Errorf("hand in proof for order %s: %w", m.link.Order, err)
	}
	return nil
}

func (m market) post(ctx context.Context, verb string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	target := m.link.Market + "/orders/" + url.PathEscape(string(m.link.Order)) + "/" + verb
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, target, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json")
	req.Header.Set("Authorization", "Bearer "+m.link.Token)
	resp, err := m.http.Do(req)
	if err != nil {
		return fmt.Errorf("market %w, %w: %w", ErrOffline, errAgain, err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return fmt.Errorf("market %w, %w: %w", ErrOffline, errAgain, err)
	}
	if resp.StatusCode != http.StatusOK {
		return marketError(resp.StatusCode, answer)
	}
	if err := json.Unmarshal(answer, out); err != nil {
		return fmt.Errorf("read the market's answer: %w", err)
	}
	return nil
}

func marketError(status int, answer []byte) error {
	err := fmt.Errorf("market answered %d %s", status, http.StatusText(status))
	if refusal, words := readRefusal(answer); refusal != "" {
		err = fmt.Errorf("%s (%w)", words, refusal)
	}
	switch {
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		return fmt.Errorf("%w: %w", ErrDenied, err)
	case status >= 500 || status == http.StatusTooManyRequests || errors.Is(err, events.KeyHeld):
		return fmt.Errorf("%w: %w", errAgain, err)
	default:
		return err
	}
}

// readRefusal reads the JSON of a refused request. The words are our own for the refusal: what strangers write is not
// shown on a terminal. Refusal is "" when b is something else.
func readRefusal(b []byte) (refusal events.Refusal, words string) {
	var answer struct {
		Refusal events.Refusal `json:"refusal"`
	}
	if json.Unmarshal(b, &answer) != nil || !answer.Refusal.Known() {
		return "", ""
	}
	return answer.Refusal, answer.Refusal.Words()
}
