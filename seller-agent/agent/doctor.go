package agent

import (
	"context"
	"fmt"
	"net/http"
	"runtime"
	"time"

	"lightshare/seller-agent/share"
)

// A Grade is how well a check went.
type Grade string

// The grades.
const (
	Well   Grade = "well"
	Strain Grade = "strain" // it works, with something to know
	Ill    Grade = "ill"    // it does not work
)

// A Finding is what one check of the doctor found.
type Finding struct {
	What  string `json:"what"` // was looked at
	Grade Grade  `json:"grade"`
	Says  string `json:"says"`         // what was found
	Do    string `json:"do,omitempty"` // what to do about it
}

const (
	clockOff  = 30 * time.Second // at which proofs and tickets come near being refused
	leastRoom = 256 << 20        // bytes free where the agent keeps its memory
)

// Doctor looks at everything that the agent needs of this computer and says what to do.
func (a *Agent) Doctor(ctx context.Context) []Finding {
	all := a.checkMarket(ctx)
	all = append(all, a.checkFolders()...)
	all = append(all, checkRoom(a.State), a.checkReach())
	if runtime.GOOS == "linux" {
		all = append(all, checkWatches(a.shelves.all()))
	}
	if n := len(a.diary.trouble()); n > 0 {
		all = append(all, Finding{"Files", Strain, fmt.Sprintf("%d files or folders have a problem.", n), "Overview lists each, with its reason."})
	} else {
		all = append(all, Finding{"Files", Well, "No file has a problem.", ""})
	}
	return all
}

// checkMarket asks the market for its page, and compares clocks.
func (a *Agent) checkMarket(ctx context.Context) []Finding {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodHead, a.Market.String(), nil)
	if err != nil {
		return []Finding{{"Market", Ill, err.Error(), "Start the agent with the market's address: --market URL."}}
	}
	began := time.Now()
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return []Finding{{"Market", Ill, fmt.Sprintf("%s cannot be reached: %v", a.Market, err),
			"Look whether this computer is on the Internet, and whether the address is right. The agent goes on trying."}}
	}
	answer.Body.Close()
	took := time.Since(began)
	f := Finding{"Market", Well, fmt.Sprintf("%s answers within %d ms, and this computer is signed in.", a.Market, took.Milliseconds()), ""}
	if online, _, why := a.diary.connection(); !online {
		f.Grade, f.Says = Ill, fmt.Sprintf("%s answers, but this computer is not signed in: %s", a.Market, why)
		f.Do = "The agent goes on trying. A network that lets only web pages through may be in the way."
	}
	return []Finding{f, checkClock(answer.Header.Get("Date"), began, took)}
}

// checkClock compares this computer's clock with the Date that an answer said, which is cut to whole seconds.
func checkClock(date string, asked time.Time, took time.Duration) Finding {
	theirs, err := http.ParseTime(date)
	if err != nil {
		return Finding{"Clock", Strain, "The market does not say what time it is.", ""}
	}
	off := asked.Add(took / 2).Sub(theirs.Add(500 * time.Millisecond)).Round(time.Second)
	if off.Abs() <= clockOff {
		return Finding{"Clock", Well, "This computer's clock goes with the market's.", ""}
	}
	says := "This computer's clock is %s ahead."
	if off < 0 {
		says = "This computer's clock is %s behind."
	}
	return Finding{"Clock", Ill, fmt.Sprintf(says, off.Abs()),
		"Let the system set its clock by itself: the market refuses an agent, and the agent refuses buyers, when clocks differ."}
}

// checkFolders says which folders are away.
func (a *Agent) checkFolders() []Finding {
	folders := a.shelves.all()
	if len(folders) == 0 {
		return []Finding{{"Folders", Strain, "No folder is shared.", "Share one: seller-agent share FOLDER."}}
	}
	var all []Finding
	for _, f := range folders {
		if s := f.Status(); s.Away {
			all = append(all, Finding{"Folder", Ill, s.Dir + " is away; what it offered is off the market.",
				"Connect its disk again, or share it no more."})
		}
	}
	if len(all) == 0 {
		all = append(all, Finding{"Folders", Well, fmt.Sprintf("All %d shared folders are there.", len(folders)), ""})
	}
	return all
}

// checkRoom looks at the disk on which the agent keeps its memory.
func checkRoom(state string) Finding {
	free, ok := freeBytes(state)
	switch {
	case !ok:
		return Finding{"Disk", Strain, "The system does not say how much room there is.", ""}
	case free < leastRoom:
		return Finding{"Disk", Ill, fmt.Sprintf("%d MB are free where the agent keeps its memory (%s).", free>>20, state),
			"Make room there: without it changes cannot be kept, and are not put on the market."}
	}
	return Finding{"Disk", Well, fmt.Sprintf("%d MB are free where the agent keeps its memory.", free>>20), ""}
}

// checkReach says at which addresses buyers find this computer.
func (a *Agent) checkReach() Finding {
	urls := a.server.URLs(a.Advertise)
	switch {
	case a.Advertise != "":
		return Finding{"Buyers", Well, "Buyers come to " + a.Advertise + ".", ""}
	case len(urls) > 0:
		return Finding{"Buyers", Strain, fmt.Sprintf("Buyers in the same network reach this computer at %d addresses.", len(urls)),
			"For buyers elsewhere, have your router pass a port on and say so with --advertise."}
	}
	return Finding{"Buyers", Ill, "This computer listens nowhere, so nobody can fetch a file.", "Start the agent without --http off and --https off."}
}

// checkWatches compares how many folders are watched with the system's limit.
func checkWatches(folders []*share.Folder) Finding {
	watched, blind := 0, ""
	for _, f := range folders {
		s := f.Status()
		watched += s.Watched
		if s.Blind != "" {
			blind = s.Blind
		}
	}
	limit := readLimit("/proc/sys/fs/inotify/max_user_watches")
	do := fmt.Sprintf("Raise it: echo fs.inotify.max_user_watches=%d | sudo tee /etc/sysctl.d/40-lightshare.conf && sudo sysctl --system",
		max(524_288, 2*watched))
	switch {
	case blind != "":
		return Finding{"Watching", Strain, blind, do}
	case limit > 0 && watched > limit/10*9:
		return Finding{"Watching", Strain, fmt.Sprintf("%d folders are watched, and the system allows %d.", watched, limit), do}
	}
	return Finding{"Watching", Well, fmt.Sprintf("%d folders are watched; the system allows %d.", watched, limit), ""}
}
