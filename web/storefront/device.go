package storefront

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"lightshare/events"
	"lightshare/web/storefront/redis"
	"lightshare/web/view/words"
)

// A deviceView is a browser in which the visitor is signed in, worded.
type deviceView struct {
	Session, Name, Since string
	Here                 bool
}

// browsers and systems are known by a part of what they call themselves, the most particular first: most name others too.
var (
	browsers = [][2]string{
		{"Whale/", "Whale"}, {"SamsungBrowser/", "Samsung Internet"}, {"EdgA/", "Edge"}, {"Edg/", "Edge"}, {"OPR/", "Opera"}, {"Firefox/", "Firefox"},
		{"FxiOS/", "Firefox"}, {"CriOS/", "Chrome"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"},
	}
	systems = [][2]string{
		{"Windows", "Windows"}, {"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"CrOS", "ChromeOS"}, {"Mac OS X", "macOS"}, {"Linux", "Linux"},
	}
)

// deviceOf returns the browser that calls itself so, only as exactly as its owner needs to know it again.
func deviceOf(agent string) redis.Device {
	known := func(all [][2]string) string {
		for _, one := range all {
			if strings.Contains(agent, one[0]) {
				return one[1]
			}
		}
		return ""
	}
	return redis.Device{Browser: known(browsers), System: known(systems)}
}

func deviceName(ctx context.Context, d redis.Device) string {
	switch {
	case d.Browser != "" && d.System != "":
		return say(ctx, "%s on %s", d.Browser, d.System)
	case d.Browser != "":
		return d.Browser
	case d.System != "":
		return d.System
	}
	return say(ctx, "A browser that is not known")
}

// devicesOf returns where the user is signed in.
func (f *Front) devicesOf(r *http.Request, user events.UserID) ([]deviceView, error) {
	all, err := f.devices.Of(r.Context(), user)
	here := redis.SessionName(f.sessions.Token(r.Context()))
	var views []deviceView
	for _, d := range all {
		views = append(views, deviceView{d.Session, deviceName(r.Context(), d), words.Moment(r.Context(), d.Since), d.Session == here})
	}
	return views, err
}

// endSession signs the visitor out of one of his sessions, or of all.
func (f *Front) endSession(w http.ResponseWriter, r *http.Request) error {
	who := f.viewer(r).User
	if who == "" {
		return f.toSignIn(w, r, "/account")
	}
	if r.PostFormValue("all") != "" {
		if err := f.devices.EndAll(r.Context(), who, sessionLife); err != nil {
			return err
		}
		if err := f.sessions.Destroy(r.Context()); err != nil {
			return fmt.Errorf("end session: %w", err)
		}
		f.flash(r, say(r.Context(), "You are signed out everywhere."))
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return nil
	}
	if err := f.devices.End(r.Context(), who, r.PostFormValue("session"), sessionLife); err != nil {
		return err
	}
	f.flash(r, say(r.Context(), "That browser is signed out."))
	http.Redirect(w, r, "/account", http.StatusSeeOther)
	return nil
}
