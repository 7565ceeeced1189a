package ui

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"lightshare/seller-agent/agent"
	"lightshare/seller-agent/uplink"
)

// settingsView is the settings as they are typed.
type settingsView struct {
	agent.Settings
	Limits limitsForm
	Folder string // as typed
	Wrong  string // with the folder
}

// limitsForm is the limits as they are typed.
type limitsForm struct {
	Rate, Buyers, From, To, QuietRate string
	Wrong                             string
}

func limitsTyped(l uplink.Limits) limitsForm {
	f := limitsForm{Rate: mega(l.Rate)}
	if l.Buyers > 0 {
		f.Buyers = strconv.Itoa(l.Buyers)
	}
	if l.Quiet.From != l.Quiet.To {
		f.From, f.To, f.QuietRate = l.Quiet.From.String(), l.Quiet.To.String(), mega(l.Quiet.Rate)
	}
	return f
}

// mega writes bytes a second as megabytes, empty for none.
func mega(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatFloat(float64(n)/1e6, 'f', -1, 64)
}

// limits reads the form.
func (f limitsForm) limits() (uplink.Limits, error) {
	var l uplink.Limits
	var err error
	if l.Rate, err = bytesOf("The upload limit", f.Rate); err != nil {
		return l, err
	}
	if f.Buyers != "" {
		if l.Buyers, err = strconv.Atoi(f.Buyers); err != nil {
			return l, fmt.Errorf("buyers at once: a whole number is wanted, or nothing for any number")
		}
	}
	if f.From == "" && f.To == "" {
		return l, l.Check()
	}
	if l.Quiet.From, err = uplink.ParseClock(f.From); err == nil {
		l.Quiet.To, err = uplink.ParseClock(f.To)
	}
	if err != nil {
		return l, fmt.Errorf("quiet hours: %w, from and to", err)
	}
	if l.Quiet.Rate, err = bytesOf("The limit in quiet hours", f.QuietRate); err != nil {
		return l, err
	}
	return l, l.Check()
}

// bytesOf reads megabytes a second.
func bytesOf(what, text string) (int64, error) {
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseFloat(strings.Replace(text, ",", ".", 1), 64)
	if err != nil || n < 0 || n > 1e5 {
		return 0, fmt.Errorf("%s: megabytes a second are wanted, such as 1.5, or nothing for no limit", what)
	}
	return int64(n * 1e6), nil
}

func (s *desk) showSettings(w http.ResponseWriter, r *http.Request) {
	settings := s.Settings()
	s.answer(w, r, settings, settingsPage(s.page(r, say(r.Context(), "Settings")), settingsView{Settings: settings, Limits: limitsTyped(settings.Limits)}))
}

func (s *desk) takeLimits(w http.ResponseWriter, r *http.Request) {
	f := limitsForm{Rate: r.FormValue("rate"), Buyers: r.FormValue("buyers"), From: r.FormValue("from"), To: r.FormValue("to"), QuietRate: r.FormValue("quiet_rate")}
	limits, err := f.limits()
	if err == nil {
		err = s.SetLimits(limits)
	}
	if err != nil && !wantsJSON(r) {
		f.Wrong = sentence(r.Context(), err)
		s.draw(w, r, http.StatusUnprocessableEntity, settingsPage(s.page(r, say(r.Context(), "Settings")), settingsView{Settings: s.Settings(), Limits: f}))
		return
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.after(w, r, "/settings", "limits")
}

func (s *desk) takeFolder(w http.ResponseWriter, r *http.Request) {
	dir := homely(strings.TrimSpace(r.FormValue("dir")))
	err := s.Share(dir)
	if err != nil && !wantsJSON(r) {
		settings := s.Settings()
		s.draw(w, r, http.StatusUnprocessableEntity, settingsPage(s.page(r, say(r.Context(), "Settings")),
			settingsView{Settings: settings, Limits: limitsTyped(settings.Limits), Folder: r.FormValue("dir"), Wrong: sentence(r.Context(), err)}))
		return
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.after(w, r, "/settings", "shared")
}

// homely takes ~ for the seller's home.
func homely(dir string) string {
	if rest, ok := strings.CutPrefix(dir, "~"); ok && (rest == "" || os.IsPathSeparator(rest[0])) {
		if home, err := os.UserHomeDir(); err == nil {
			return filepath.Join(home, rest)
		}
	}
	return dir
}

func (s *desk) takeFolderAway(w http.ResponseWriter, r *http.Request) {
	if err := s.Unshare(r.Context(), r.FormValue("dir")); err != nil {
		s.fail(w, r, err)
		return
	}
	s.after(w, r, "/settings", "unshared")
}

// takePause pauses one thing, or both without saying which.
func (s *desk) takePause(w http.ResponseWriter, r *http.Request) {
	var d time.Duration
	if text := r.FormValue("for"); text != "" {
		var err error
		if d, err = time.ParseDuration(text); err != nil || d <= 0 {
			s.fail(w, r, fmt.Errorf("pause for %.20q: a time like 30m or 1h is wanted", text))
			return
		}
	}
	s.switched(w, r, "paused", func(what string) error { return s.Pause(what, d) })
}

func (s *desk) takeResume(w http.ResponseWriter, r *http.Request) {
	s.switched(w, r, "resumed", s.Resume)
}

func (s *desk) switched(w http.ResponseWriter, r *http.Request, did string, do func(what string) error) {
	all := []string{agent.PauseReading, agent.PauseDelivery}
	if what := r.FormValue("what"); what != "" {
		all = []string{what}
	}
	for _, what := range all {
		if err := do(what); err != nil {
			s.fail(w, r, err)
			return
		}
	}
	s.after(w, r, "/", did)
}

// takeLink gives a program of the seller's an address that lets his browser in.
func (s *desk) takeLink(w http.ResponseWriter, r *http.Request) {
	s.send(w, r, http.StatusOK, map[string]string{"path": "/open?once=" + s.gate.code()})
}
