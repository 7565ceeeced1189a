package storefront

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"lightshare/events"
	"lightshare/web/storefront/account"
	"lightshare/web/storefront/mail"
	"lightshare/web/storefront/redis"
	"lightshare/web/view/words"
)

// linkLife is how long a mailed link can be used.
const linkLife = 15 * time.Minute

// A link is what a mailed secret stands for.
type link struct {
	Email   string    `json:"email"`
	Next    string    `json:"next"`
	Expires time.Time `json:"expires"` // Redis forgets it too; a Redis in process may do so late
}

// askAddress is the page that asks for an e-mail address.
func (f *Front) askAddress(w http.ResponseWriter, r *http.Request) error {
	next := ownPath(r.FormValue("next"))
	if f.viewer(r).User != "" {
		http.Redirect(w, r, next, http.StatusSeeOther)
		return nil
	}
	return f.render(w, r, http.StatusOK, signInPage(f.frame(r, say(r.Context(), "Sign in")), signInView{Next: next}))
}

// mailLink sends a link to the address. It says the same whether somebody has an account or not.
func (f *Front) mailLink(w http.ResponseWriter, r *http.Request) error {
	form := signInView{Email: r.FormValue("email"), Next: ownPath(r.FormValue("next"))}
	address, err := account.Address(form.Email)
	if err != nil {
		form.Wrong = say(r.Context(), "That is not an e-mail address. It looks like name@example.com.")
		return f.render(w, r, http.StatusUnprocessableEntity, signInPage(f.frame(r, say(r.Context(), "Sign in")), form))
	}
	if err := f.limits.signInFrom.allow(from(r)); err != nil {
		return err
	}
	if err := f.limits.signInTo.allow(address); err != nil {
		return err
	}
	if err := f.sendLink(r, address, form.Next); err != nil {
		return err
	}
	form.Sent, form.DevMail = address, f.caught != nil
	return f.render(w, r, http.StatusOK, signInPage(f.frame(r, say(r.Context(), "Look into your mail")), form))
}

func (f *Front) sendLink(r *http.Request, address, next string) error {
	token, now := events.NewID(), f.Clock.Now()
	data, err := json.Marshal(link{Email: address, Next: next, Expires: now.Add(linkLife)})
	if err != nil {
		return fmt.Errorf("encode sign-in link: %w", err)
	}
	if err := f.links.Keep(r.Context(), hashed(token), data, linkLife); err != nil {
		return err
	}
	at := f.BaseURL + "/sign-in/" + url.PathEscape(token)
	return f.Mailer.Send(r.Context(), mail.Letter{
		To: address, Subject: say(r.Context(), "Sign in to Lightshare"), Link: at, At: now, Language: words.Of(r.Context()).Tag(),
		Text: say(r.Context(), "Open this link to sign in to Lightshare:") + "\n\n" + at + "\n\n" +
			say(r.Context(), "It works once, within 15 minutes. If you did not ask for it, ignore this mail.") + "\n",
	})
}

// askSignIn is the page behind a mailed link. Only its button signs in: programs that open links in mail beforehand
// would use them up.
func (f *Front) askSignIn(w http.ResponseWriter, r *http.Request) error {
	data, err := f.links.Look(r.Context(), hashed(r.PathValue("token")))
	if err != nil {
		return err
	}
	l, ok := f.readLink(data)
	v := confirmView{Token: r.PathValue("token"), Email: l.Email, Gone: !ok}
	status := http.StatusOK
	if v.Gone {
		status = http.StatusGone
	}
	return f.render(w, r, status, confirmPage(f.frame(r, say(r.Context(), "Sign in")), v))
}

// signIn uses up the link, and makes a new session so that one somebody planted before is worth nothing.
func (f *Front) signIn(w http.ResponseWriter, r *http.Request) error {
	data, err := f.links.Take(r.Context(), hashed(r.PathValue("token")))
	if err != nil {
		return err
	}
	l, ok := f.readLink(data)
	if !ok {
		return f.render(w, r, http.StatusGone, confirmPage(f.frame(r, say(r.Context(), "Sign in")), confirmView{Gone: true}))
	}
	who, err := f.accounts.OfAddress(r.Context(), l.Email, f.Clock.Now())
	if err != nil {
		return err
	}
	if err := f.sessions.RenewToken(r.Context()); err != nil {
		return fmt.Errorf("renew session: %w", err)
	}
	f.sessions.Put(r.Context(), userKey, string(who.ID))
	f.sessions.Put(r.Context(), emailKey, who.Email)
	device := deviceOf(r.UserAgent())
	device.Session, device.Since = redis.SessionName(f.sessions.Token(r.Context())), f.Clock.Now()
	if err := f.devices.Add(r.Context(), who.ID, device, sessionLife); err != nil {
		return err
	}
	f.flash(r, say(r.Context(), "You are signed in."))
	http.Redirect(w, r, ownPath(l.Next), http.StatusSeeOther)
	return nil
}

func (f *Front) readLink(data []byte) (link, bool) {
	var l link
	if data == nil || json.Unmarshal(data, &l) != nil || !f.Clock.Now().Before(l.Expires) {
		return link{}, false
	}
	return l, true
}

func (f *Front) signOut(w http.ResponseWriter, r *http.Request) error {
	if who := f.viewer(r).User; who != "" {
		if err := f.devices.End(r.Context(), who, redis.SessionName(f.sessions.Token(r.Context())), sessionLife); err != nil {
			return err
		}
	}
	if err := f.sessions.Destroy(r.Context()); err != nil {
		return fmt.Errorf("end session: %w", err)
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
	return nil
}

// devMail shows the letters that were caught instead of sent.
func (f *Front) devMail(w http.ResponseWriter, r *http.Request) error {
	if f.caught == nil {
		return errNotFound
	}
	return f.render(w, r, http.StatusOK, devMailPage(f.frame(r, say(r.Context(), "Development mail")), f.caught.Letters()))
}

func hashed(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
