package blacklist

import (
	"context"
	"encoding/json"

	"github.com/nats-io/nats.go/micro"

	"lightshare/events"
)

// openScreener answers on [events.ScreenSubject]; replicas share the questions out.
func (k *Keeper) openScreener(context.Context) error {
	service, err := micro.AddService(k.c.NC, micro.Config{Name: "screener", Version: "1.0.0", Description: "says which listings may be offered"})
	if err != nil {
		return err
	}
	k.closers = append(k.closers, service.Stop)
	if err := service.AddEndpoint("screen", micro.HandlerFunc(k.answer), micro.WithEndpointSubject(events.ScreenSubject)); err != nil {
		return err
	}
	return k.c.NC.Flush()
}

// answer answers a question with the verdict, or with [events.Malformed] as the error's code.
func (k *Keeper) answer(req micro.Request) {
	var l events.Listing
	if err := json.Unmarshal(req.Data(), &l); err != nil || len(l.Title) > events.MaxTitle || len(l.FileName) > events.MaxFileName || len(l.Tags) > events.MaxTags {
		k.c.Log.Warn("question malformed", "bytes", len(req.Data()))
		k.sent(req.Error(string(events.Malformed), events.Malformed.Words(), nil))
		return
	}
	k.sent(req.RespondJSON(k.Screen(l)))
}

// sent logs that an answer could not be sent; whoever asked will ask again.
func (k *Keeper) sent(err error) {
	if err != nil {
		k.c.Log.Warn("verdict not sent", "error", err)
	}
}

// Screen says whether the listing may be offered. It counts as on the market from now on, before it is judged: an entry
// that comes a moment later finds it, one that came a moment before has judged it. A listing without an id is judged
// and forgotten.
func (k *Keeper) Screen(l events.Listing) events.Verdict {
	it := newItem(l, k.c.Clock.Now())
	if l.ID != "" && !l.Withdrawn {
		k.live.screen(it)
	}
	return k.judge(it)
}
