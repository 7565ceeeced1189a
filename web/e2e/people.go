package e2e

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// A Person is a robot who has signed in to the storefront.
type Person struct{ *Robot }

// SignIn signs in by the link in the letter that a market without a mail server shows at /dev/mail.
func SignIn(ctx context.Context, name, market string) (Person, error) {
	robot, err := NewRobot(name, market)
	if err != nil {
		return Person{}, err
	}
	address := strings.ToLower(name) + "@example.com"
	page, err := robot.Get(ctx, "/sign-in")
	if err != nil {
		return Person{}, err
	}
	if _, err := robot.Submit(ctx, page, "/sign-in", map[string]string{"email": address}); err != nil {
		return Person{}, err
	}
	letters, err := robot.Await(ctx, "/dev/mail", "the letter to "+address, func(p *Page) bool { return p.Says(address) && p.Link("/sign-in/") != "" })
	if err != nil {
		return Person{}, err
	}
	link, err := letters.URL.Parse(letters.Link("/sign-in/")) // the newest letter stands first
	if err != nil {
		return Person{}, fmt.Errorf("%s: link in the letter: %w", name, err)
	}
	door, err := robot.Get(ctx, link.Path)
	if err != nil {
		return Person{}, err
	}
	_, err = robot.Submit(ctx, door, "/sign-in/", nil)
	return Person{robot}, err
}

// Find searches the storefront until a listing of that title is there, and returns the path of its page.
func (r *Robot) Find(ctx context.Context, title string) (string, error) {
	at := "/search?q=" + url.QueryEscape(title)
	page, err := r.Await(ctx, at, title+" on the storefront", func(p *Page) bool { return lotLink(p, title) != "" })
	if err != nil {
		return "", err
	}
	return lotLink(page, title), nil
}

func lotLink(p *Page, title string) string {
	for n := range p.root.Descendants() {
		href, _ := attribute(n, "href")
		if n.Data == "a" && strings.Contains(href, "/lots/") && strings.Contains(text(n), title) {
			return href
		}
	}
	return ""
}

// Bid offers up to max, in decimals of the lot's currency, through the form and its confirmation. Who has no card yet saves
// one on the way, as the page asks.
func (p Person) Bid(ctx context.Context, lot, max string) (*Page, error) {
	page, err := p.Get(ctx, lot)
	if err != nil {
		return nil, err
	}
	review, err := p.Submit(ctx, page, "/bid", map[string]string{"max": max})
	if err == nil && review.Says("First, save a card") {
		review, err = p.saveCard(ctx, review, GoodCard)
	}
	if err != nil {
		return nil, err
	}
	return p.Submit(ctx, review, "/bid/confirm", nil)
}

// SaveCard puts a card down for what is won.
func (p Person) SaveCard(ctx context.Context, card string) error {
	page, err := p.Get(ctx, "/card")
	if err == nil {
		page, err = p.saveCard(ctx, page, card)
	}
	if err == nil && page.Data("card") == "" {
		err = fmt.Errorf("%s: saving a card led to %s: %.300s", p.Name, page.URL.Path, page.Text())
	}
	return err
}

// saveCard goes from a page that asks for a card to the payment provider's and, with the card, to where that leads.
func (p Person) saveCard(ctx context.Context, asks *Page, card string) (*Page, error) {
	page, err := p.Submit(ctx, asks, "/card", nil)
	if err != nil {
		return nil, err
	}
	till, err := p.Get(ctx, page.Data("card-url"))
	if err != nil {
		return nil, err
	}
	after, err := p.fillInCard(ctx, till, card)
	if err == nil && after.Says("Your bank asks") {
		after, err = p.Submit(ctx, after, "/bank", map[string]string{"answer": "confirm"})
	}
	return after, err
}

// Buy begins the purchase of a copy and returns the path of its order.
func (p Person) Buy(ctx context.Context, lot string) (string, error) {
	page, err := p.Get(ctx, lot)
	if err != nil {
		return "", err
	}
	order, err := p.Submit(ctx, page, "/buy", nil)
	if err != nil {
		return "", err
	}
	if !strings.HasPrefix(order.URL.Path, "/orders/") {
		return "", fmt.Errorf("%s: buying %s led to %s: %.300s", p.Name, lot, order.URL.Path, order.Text())
	}
	return order.URL.Path, nil
}

// The cards of the payment page in test mode.
const (
	GoodCard     = "4242 4242 4242 4242"
	DeclinedCard = "4000 0000 0000 0002"
	AskingCard   = "4000 0027 6000 3184" // its bank asks its owner each time
)

// Pay opens the order's payment page and pays with a card. It returns the page that followed.
func (p Person) Pay(ctx context.Context, order, card string) (*Page, error) {
	page, err := p.Await(ctx, order, "the payment page of "+order, func(p *Page) bool { return p.Data("pay-url") != "" })
	if err != nil {
		return nil, err
	}
	till, err := p.Get(ctx, page.Data("pay-url"))
	if err != nil {
		return nil, err
	}
	return p.fillInCard(ctx, till, card)
}

// fillInCard fills in whatever the payment page asks for.
func (p Person) fillInCard(ctx context.Context, till *Page, card string) (*Page, error) {
	fields := map[string]string{"number": card, "expiry": "12 / 40", "cvc": "123"}
	asked := map[string]string{}
	for n := range till.root.Descendants() {
		if name, ok := attribute(n, "name"); ok && fields[name] != "" {
			asked[name] = fields[name]
		}
	}
	answer, err := p.Submit(ctx, till, "", asked)
	if answer != nil && answer.Status < http.StatusInternalServerError {
		return answer, nil // a declined card is an answer, whatever its status
	}
	return answer, err
}

// AwaitOrder waits until the order's page shows one of the states.
func (p Person) AwaitOrder(ctx context.Context, order string, states ...string) (*Page, error) {
	return p.Await(ctx, order, order+" "+strings.Join(states, " or "), func(page *Page) bool {
		now := page.Data("order-state")
		for _, s := range states {
			if now == s {
				return true
			}
		}
		return false
	})
}
