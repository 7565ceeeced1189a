package command

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/mattn/go-isatty"

	"lightshare/events"
	"lightshare/seller-agent/agent"
	"lightshare/seller-agent/uplink"
)

type unshareCommand struct {
	deskPlace
	Dir string `arg:"" help:"A shared folder."`
}

// Run takes a folder off the market.
func (c unshareCommand) Run(t terminal) error {
	dir, err := filepath.Abs(c.Dir)
	if err != nil {
		return err
	}
	d, err := c.open(t)
	if err != nil {
		return err
	}
	return d.tell("POST", "/folders/remove", url.Values{"dir": {dir}})
}

type openCommand struct{ deskPlace }

// Run prints an address that lets a browser in once, and opens it if somebody sits at the terminal.
func (c openCommand) Run(t terminal) error {
	d, err := c.open(t)
	if err != nil {
		return err
	}
	var said struct {
		Path string `json:"path"`
	}
	if err := d.ask("POST", "/link", nil, "", &said); err != nil {
		return err
	}
	link := d.key.URL + said.Path
	if c.JSON {
		return d.done("", map[string]string{"url": link})
	}
	fmt.Fprintln(t.stdout, link)
	if f, ok := t.stdout.(*os.File); ok && isatty.IsTerminal(f.Fd()) {
		browse(link) // without a browser the address is there to be copied
	}
	return nil
}

// browse opens an address in the user's browser, if there is one.
func browse(link string) error {
	switch runtime.GOOS {
	case "windows":
		return exec.Command("rundll32", "url.dll,FileProtocolHandler", link).Start()
	case "darwin":
		return exec.Command("open", link).Start()
	}
	return exec.Command("xdg-open", link).Start()
}

type statusCommand struct{ deskPlace }

// Run says how the agent stands.
func (c statusCommand) Run(t terminal) error {
	_, err := show(c.deskPlace, t, "/", func(w io.Writer, o agent.Overview) {
		connected := "connected to " + o.Market
		if !o.Online {
			connected = "not connected to " + o.Market + after(": ", o.Why)
		}
		fmt.Fprintf(w, "%s as %s\n%d files for sale, %d changes on the way to the market\n", connected, o.Name, o.Offered, o.Waiting)
		for _, f := range o.Folders {
			fmt.Fprintf(w, "  %s\t%d files\t%s\n", f.Dir, f.Offered, humanize.Bytes(uint64(f.Bytes)))
		}
		if o.Reading.Busy {
			fmt.Fprintf(w, "reading: %d files, %s to go, %.0f files/s\n", o.Reading.LeftFiles, humanize.Bytes(uint64(o.Reading.LeftBytes)), o.Reading.FilesPer)
		}
		fmt.Fprintf(w, "%d transfers under way, %s/s\n", len(o.Transfer), humanize.Bytes(uint64(o.Delivery.Rate)))
		for what, until := range map[string]time.Time{"reading": o.Reading.Paused, "delivery": o.Delivery.Paused} {
			if !until.IsZero() {
				fmt.Fprintf(w, "%s is paused; go on with: seller-agent resume %s\n", what, what)
			}
		}
		for _, p := range o.Troubles {
			fmt.Fprintf(w, "problem: %s: %s\n", filepath.Join(p.Folder, p.Path), p.Text)
		}
	})
	return err
}

func after(separator, text string) string {
	if text == "" {
		return ""
	}
	return separator + text
}

type listCommand struct {
	deskPlace
	Search string `arg:"" optional:"" help:"Only files with these words in path, title or tags."`
	Only   string `placeholder:"STATE" help:"Only files in this state: listed, held, refused, paused, ended or untold."`
	Edited bool   `help:"Only files whose listing was edited by hand."`
	CSV    bool   `name:"csv" help:"Print a table for a spreadsheet; import takes it back."`
}

// Run lists the files for sale.
func (c listCommand) Run(t terminal) error {
	q := url.Values{"q": {c.Search}, "state": {c.Only}}
	if c.Edited {
		q.Set("edited", "yes")
	}
	if c.CSV {
		d, err := c.open(t)
		if err != nil {
			return err
		}
		var table []byte
		if err := d.ask("GET", "/files.csv?"+q.Encode(), nil, "", &table); err != nil {
			return err
		}
		_, err = t.stdout.Write(table)
		return err
	}
	_, err := show(c.deskPlace, t, "/files?"+q.Encode(), func(w io.Writer, found agent.Found) {
		for _, f := range found.Files {
			state := f.Fate.State
			if state == "" {
				state = agent.Untold
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", state, price(f.Listing.Terms), f.Listing.Title, strconv.QuoteToGraphic(filepath.Join(f.Folder, f.Path)))
		}
	})
	return err
}

// price words what is asked for a file, in short.
func price(t events.Terms) string {
	if t.Format == events.Auction {
		return "from " + events.Money{Amount: t.Start, Currency: t.Currency}.String()
	}
	return events.Money{Amount: t.Price, Currency: t.Currency}.String()
}

type importCommand struct {
	deskPlace
	File   string `arg:"" type:"existingfile" help:"A table as list --csv prints it; - is standard input."`
	DryRun bool   `help:"Say what would change, and change nothing."`
	Yes    bool   `help:"Change all rows that are right, without asking."`
}

// Run shows what a table would change, and changes it.
func (c importCommand) Run(t terminal) error {
	d, err := c.open(t)
	if err != nil {
		return err
	}
	text, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	var plan struct {
		ID        string                                `json:"id"`
		Unchanged int                                   `json:"unchanged"`
		Changes   []struct{ Path, Was, Becomes string } `json:"changes"`
		Wrong     []struct {
			Line       int
			Path, Text string
		} `json:"wrong"`
	}
	if err := d.ask("POST", "/files/list", bytes.NewReader(text), "text/csv", &plan); err != nil {
		return err
	}
	for _, m := range plan.Wrong {
		fmt.Fprintf(t.stderr, "line %d: %s: %s\n", m.Line, strconv.QuoteToGraphic(m.Path), m.Text)
	}
	fmt.Fprintf(t.stderr, "%d files change, %d stay as they are, %d rows are wrong\n", len(plan.Changes), plan.Unchanged, len(plan.Wrong))
	if c.DryRun || len(plan.Changes) == 0 {
		if c.JSON {
			return d.done("", plan)
		}
		return nil
	}
	if !c.Yes {
		return usage("say --yes to change them, or --dry-run to look only")
	}
	return d.tell("POST", "/plans/"+plan.ID, nil)
}

type ordersCommand struct{ deskPlace }

// Run lists what was sold.
func (c ordersCommand) Run(t terminal) error {
	_, err := show(c.deskPlace, t, "/sales", func(w io.Writer, all []agent.Sale) {
		for _, o := range all {
			money := ""
			if o.Money != nil {
				money = o.Money.String()
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", o.At.Local().Format("2006-01-02 15:04"), o.Kind, money, o.Title, o.Order)
		}
	})
	return err
}

type transfersCommand struct{ deskPlace }

// Run lists what is being sent, waits, or was sent.
func (c transfersCommand) Run(t terminal) error {
	_, err := show(c.deskPlace, t, "/transfers", func(w io.Writer, all []uplink.Transfer) {
		for _, tr := range all {
			fmt.Fprintf(w, "%s\t%s of %s\t%s/s\t%s\t%s\n", tr.State, humanize.Bytes(uint64(min(tr.Sent, tr.Size))), humanize.Bytes(uint64(tr.Size)),
				humanize.Bytes(uint64(tr.Rate)), tr.Title, tr.Order)
		}
	})
	return err
}

type pauseCommand struct {
	deskPlace
	What string `arg:"" optional:"" default:"" enum:"reading,delivery," help:"reading or delivery; both otherwise."`
	For  string `placeholder:"TIME" help:"How long, such as 30m or 1h; until resume otherwise."`
}

// Run pauses.
func (c pauseCommand) Run(t terminal) error {
	d, err := c.open(t)
	if err != nil {
		return err
	}
	return d.tell("POST", "/pause", url.Values{"what": {c.What}, "for": {c.For}})
}

type resumeCommand struct {
	deskPlace
	What string `arg:"" optional:"" default:"" enum:"reading,delivery," help:"reading or delivery; both otherwise."`
}

// Run goes on.
func (c resumeCommand) Run(t terminal) error {
	d, err := c.open(t)
	if err != nil {
		return err
	}
	return d.tell("POST", "/resume", url.Values{"what": {c.What}})
}

type limitsCommand struct {
	deskPlace
	Rate      *string `placeholder:"MB/S" help:"Most megabytes a second for all buyers together; 0 for no limit."`
	Buyers    *int    `placeholder:"N" help:"Most buyers at once; 0 for any number."`
	Quiet     *string `placeholder:"HH:MM-HH:MM" help:"Hours with a limit of their own, on this computer's clock; 'none' for none."`
	QuietRate *string `placeholder:"MB/S" help:"Most megabytes a second in quiet hours; 0 for no delivery."`
}

// Run shows the limits, or changes those that are given.
func (c limitsCommand) Run(t terminal) error {
	if c.Rate == nil && c.Buyers == nil && c.Quiet == nil && c.QuietRate == nil {
		_, err := show(c.deskPlace, t, "/settings", func(w io.Writer, s agent.Settings) {
			fmt.Fprintf(w, "rate\t%s\nbuyers\t%s\n", perSecond(s.Limits.Rate, "no limit"), orAny(s.Limits.Buyers))
			if q := s.Limits.Quiet; q.From != q.To {
				fmt.Fprintf(w, "quiet\t%s-%s\t%s\n", q.From, q.To, perSecond(q.Rate, "no delivery"))
			}
		})
		return err
	}
	d, err := c.open(t)
	if err != nil {
		return err
	}
	var kept agent.Settings
	if err := d.ask("GET", "/settings", nil, "", &kept); err != nil {
		return err
	}
	form, err := c.form(kept.Limits)
	if err != nil {
		return usageError{err}
	}
	return d.tell("POST", "/settings/limits", form)
}

// form is what the page's form would send: what is kept, with what is given instead.
func (c limitsCommand) form(l uplink.Limits) (url.Values, error) {
	mega := func(n int64) string { return strconv.FormatFloat(float64(n)/1e6, 'f', -1, 64) }
	f := url.Values{"rate": {mega(l.Rate)}, "buyers": {strconv.Itoa(l.Buyers)}}
	if l.Quiet.From != l.Quiet.To {
		f.Set("from", l.Quiet.From.String())
		f.Set("to", l.Quiet.To.String())
		f.Set("quiet_rate", mega(l.Quiet.Rate))
	}
	if c.Rate != nil {
		f.Set("rate", *c.Rate)
	}
	if c.Buyers != nil {
		f.Set("buyers", strconv.Itoa(*c.Buyers))
	}
	if c.QuietRate != nil {
		f.Set("quiet_rate", *c.QuietRate)
	}
	switch {
	case c.Quiet == nil:
	case *c.Quiet == "none":
		f.Del("from")
		f.Del("to")
	default:
		from, to, ok := strings.Cut(*c.Quiet, "-")
		if !ok {
			return nil, fmt.Errorf("--quiet %s: hours such as 22:00-06:00 are wanted, or none", *c.Quiet)
		}
		f.Set("from", strings.TrimSpace(from))
		f.Set("to", strings.TrimSpace(to))
	}
	return f, nil
}

func perSecond(n int64, none string) string {
	if n == 0 {
		return none
	}
	return humanize.Bytes(uint64(n)) + "/s"
}

func orAny(n int) string {
	if n == 0 {
		return "any number"
	}
	return strconv.Itoa(n)
}

type doctorCommand struct{ deskPlace }

var errIll = errors.New("something is in the way; what to do is said above")

// Run says what is in the way. The exit code is 1 if something is.
func (c doctorCommand) Run(t terminal) error {
	findings, err := show(c.deskPlace, t, "/doctor", func(w io.Writer, all []agent.Finding) {
		for _, f := range all {
			fmt.Fprintf(w, "%s\t%s\t%s\n", f.Grade, f.What, f.Says)
			if f.Do != "" {
				fmt.Fprintf(w, "\t\t%s\n", f.Do)
			}
		}
	})
	for _, f := range findings {
		if f.Grade == agent.Ill && err == nil {
			err = errIll
		}
	}
	return err
}
